import { type NvmlDevice, NvmlError, NvmlUnavailableError, openNvml } from '../src/index.ts';

/** Goes once through the binding on a fake driver with two cards; the same on every system, but for times. */
export async function readEverything(libraryPath: string, missingPath: string) {
  const missing = failureOf(() => openNvml({ libraryPath: missingPath }));
  using nvml = openNvml({ libraryPath });
  const [first, second] = nvml.devices();
  if (first === undefined || second === undefined) throw new Error('The fake driver has two cards.');
  using set = nvml.createEventSet();
  set.register(first, 8);
  const event = await set.wait(10);
  const { atMs: _, ...sample } = first.sample({ pcieThroughput: true });
  const result = {
    missing,
    versions: [nvml.driverVersion(), nvml.nvmlVersion(), nvml.cudaDriverVersion()],
    byBus: nvml.deviceByPciBusId(second.pciInfo().busId).uuid === second.uuid,
    infos: [first.info(), second.info()],
    capabilities: first.capabilities,
    sample,
    processName: nvml.processName(4321),
    fields: first.fieldValues([82, 83, 186]).map(({ value, failure }) => ({ value, failure })),
    processUtilisation: first.processUtilisation().map(({ pid, gpuPercent }) => ({ pid, gpuPercent })),
    writes: first.probeWrites(),
    limits: limitsAfterSetting(first),
    outOfRange: failureOf(() => first.setPowerLimit(1)),
    lost: failureOf(() => second.eccMode()),
    event,
    manySamples: sampleOften(first),
  };
  nvml[Symbol.dispose]();
  return { ...result, disposed: failureOf(() => first.sample()) };
}

function limitsAfterSetting(device: NvmlDevice) {
  device.setPowerLimit(150_000);
  device.setTemperatureThreshold('acousticCurrent', 70);
  const limits = [device.powerLimitMilliwatts(), device.temperatureThresholdC('acousticCurrent')];
  device.setPowerLimit(device.defaultPowerLimitMilliwatts());
  return limits;
}

function sampleOften(device: NvmlDevice): number {
  let last = 0;
  for (let round = 0; round < 10_000; round += 1) last = device.sample().powerMilliwatts ?? -1;
  return last;
}

function failureOf(call: () => unknown) {
  try {
    call();
  } catch (error) {
    if (!(error instanceof NvmlError)) throw error;
    const reason = error instanceof NvmlUnavailableError ? error.reason : null;
    return { name: error.name, code: error.code, value: error.value, reason };
  }
  return null;
}
