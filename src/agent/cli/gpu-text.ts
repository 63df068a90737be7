import type { Enforcement, GpusPage, GpuView } from '../../shared/local-api.ts';

/** The cards for a terminal. */
export function gpusText(page: GpusPage): string {
  return [headline(page), ...page.gpus.map(gpuText)].join('\n\n');
}

/** The helper's state for a terminal. */
export function gpuHelperText({ helper, authorityDetail }: GpusPage): string {
  const busy = helper.busy === null ? '' : ` (${helper.busy})`;
  return `Helper   ${helper.state.replace('-', ' ')}${busy} — ${helper.detail}\nLimits   ${authorityDetail}`;
}

function headline(page: GpusPage): string {
  switch (page.state) {
    case 'starting':
      return 'Looking for graphics cards…';
    case 'absent':
      return `No NVIDIA driver: ${page.detail ?? 'no reason given'}`;
    case 'lost':
      return `The driver is away, compute waits for it: ${page.detail ?? 'no reason given'}`;
    case 'ready':
      return [
        `Driver   ${page.driverVersion ?? 'unknown'}${page.cudaVersion === null ? '' : `, CUDA ${page.cudaVersion}`}`,
        `Limits   ${authority(page)}`,
        ...(page.gpus.length === 0 ? ['The driver shows no graphics card.'] : []),
      ].join('\n');
  }
}

function authority({ authority: who, authorityDetail }: GpusPage): string {
  switch (who) {
    case 'direct':
      return 'set on the card by Gata itself';
    case 'helper':
      return "set on the card by Gata's helper";
    case 'none':
      return `kept by pauses between runs — ${authorityDetail}`;
  }
}

function gpuText(gpu: GpuView): string {
  const { device } = gpu;
  return [
    `${device.index}  ${device.name}  ${running(gpu)}`,
    ...[
      ['Temperature', temperature(gpu)],
      ['Power', power(gpu)],
      ['Load', load(gpu)],
      ['Memory', memory(gpu)],
      ['Fan', percent(gpu.sample?.fanPercent ?? null)],
      ['Pace', `the model may run ${percent(gpu.dutyCycle * 100)} of the time`],
      ['Preset', preset(gpu)],
      ...(gpu.problem === null ? [] : [['Problem', gpu.problem]]),
      ['Id', device.uuid],
    ].map(([name = '', value]) => `   ${name.padEnd(12)} ${value}`),
  ].join('\n');
}

function running({ mayRun, detail, preferences }: GpuView): string {
  if (mayRun) return '— may compute';
  return `— does not compute: ${detail ?? (preferences.enabled ? 'no reason given' : 'you do not allow it')}`;
}

function temperature({ sample, targets, preferences, enforcement }: GpuView): string {
  const memoryC = sample?.memoryTemperatureC ?? null;
  return [
    degrees(sample?.temperatureC ?? null),
    ...(memoryC === null ? [] : [`memory ${degrees(memoryC)}`]),
    `target ${degrees(targets.targetTemperatureC)}, ${held(enforcement.temperature)}`,
    `stops at ${degrees(preferences.safetyTemperatureC)}`,
  ].join(', ');
}

function power({ sample, targets, enforcement }: GpuView): string {
  const limit = sample?.powerLimitMilliwatts ?? null;
  return [
    `${watts(sample?.powerMilliwatts ?? null)}${limit === null ? '' : ` of ${watts(limit)}`}`,
    `target ${targets.powerPercent} %, ${held(enforcement.power)}`,
  ].join(', ');
}

function held(enforcement: Enforcement): string {
  switch (enforcement) {
    case 'hardware':
      return 'held by the card';
    case 'pacing':
      return 'held by pauses';
    case 'none':
      return 'not held';
  }
}

function load({ sample }: GpuView): string {
  const reasons = sample?.throttleReasons?.filter((reason) => reason !== 'idle') ?? [];
  const slowed = reasons.length === 0 ? '' : `, slowed by ${reasons.join(', ')}`;
  return `${percent(sample?.utilisationPercent ?? null)}${slowed}`;
}

function memory({ device, sample, preferences }: GpuView): string {
  const used = gibibytes(sample?.memoryUsedBytes ?? null);
  return `${used} of ${gibibytes(device.memoryBytes)} used, ${gibibytes(preferences.memoryHeadroomBytes)} kept free`;
}

function preset({ preset: inForce, preferences, targets }: GpuView): string {
  const scheduled = inForce === preferences.preset ? '' : ` (by the schedule; else ${preferences.preset})`;
  const fan = targets.fanCeilingPercent;
  return `${inForce}${scheduled}${fan === null ? '' : `, fan up to ${percent(fan)}`}`;
}

const UNKNOWN = 'unknown';

function degrees(celsius: number | null): string {
  return celsius === null ? UNKNOWN : `${celsius} °C`;
}

function percent(value: number | null): string {
  return value === null ? UNKNOWN : `${Math.round(value)} %`;
}

function watts(milliwatts: number | null): string {
  return milliwatts === null ? UNKNOWN : `${(milliwatts / 1000).toFixed(0)} W`;
}

function gibibytes(bytes: number | null): string {
  return bytes === null ? UNKNOWN : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
