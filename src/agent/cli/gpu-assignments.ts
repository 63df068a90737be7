import { GataError } from '../../shared/gata-error.ts';
import {
  GPU_PRESETS,
  type GpuPreferences,
  type GpuPreset,
  type GpuTargets,
  gpuPreferencesSchema,
  gpuPresetSchema,
  gpuTargetsSchema,
} from '../../shared/gpu-preferences.ts';

/** What is to change in a card's preferences; what is not named stays. */
export interface GpuChange {
  readonly preferences: Partial<
    Pick<GpuPreferences, 'enabled' | 'safetyTemperatureC' | 'memoryHeadroomBytes'>
  >;
  readonly preset: GpuPreset | undefined;
  readonly targets: Partial<GpuTargets>;
}

const targets = gpuTargetsSchema.shape;
const preferences = gpuPreferencesSchema.shape;
const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  mb: 1e6,
  gb: 1e9,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** What each name takes, for the help and for errors. */
const TAKES = {
  preset: gpuPresetSchema.options.join(', '),
  target: `degrees from ${rangeOf(targets.targetTemperatureC)}`,
  power: `percent from ${rangeOf(targets.powerPercent)}`,
  fan: `percent from ${rangeOf(targets.fanCeilingPercent.unwrap())}, or none`,
  safety: `degrees from ${rangeOf(preferences.safetyTemperatureC)}`,
  headroom: 'memory to keep free, such as 1GiB or 500MB, up to 64GB',
  enabled: 'true or false',
} as const;

/** One line per name, for `--help`. */
export function gpuAssignmentsHelp(): string {
  return Object.entries(TAKES)
    .map(([name, takes]) => `  ${`${name}=`.padEnd(10)} ${takes}`)
    .join('\n');
}

/**
 * Reads `preset=quiet target=70 power=80 fan=none safety=85 headroom=1GB enabled=false`, in any order.
 * @throws GataError `invalid-request` with what the name takes.
 */
export function parseGpuAssignments(words: readonly string[]): GpuChange {
  const change = { preferences: {}, preset: undefined, targets: {} } as const satisfies GpuChange;
  return words.reduce<GpuChange>(withAssignment, change);
}

/**
 * The preferences after a change. A target, power or fan of one's own makes the preset `custom`, which starts from
 * the preset that held, or that is named with it.
 */
export function applyGpuChange(current: GpuPreferences, change: GpuChange): GpuPreferences {
  const preset = change.preset ?? current.preset;
  const changed = { ...current, ...change.preferences };
  if (Object.keys(change.targets).length === 0) return { ...changed, preset };
  const from = preset === 'custom' ? current.custom : GPU_PRESETS[preset];
  return { ...changed, preset: 'custom', custom: { ...from, ...change.targets } };
}

function withAssignment(change: GpuChange, word: string): GpuChange {
  const at = word.indexOf('=');
  const name = word.slice(0, Math.max(0, at));
  const value = word.slice(at + 1).trim();
  const withPreferences = (more: GpuChange['preferences']): GpuChange => ({
    ...change,
    preferences: { ...change.preferences, ...more },
  });
  const withTargets = (more: GpuChange['targets']): GpuChange => ({
    ...change,
    targets: { ...change.targets, ...more },
  });
  switch (name) {
    case 'preset':
      return { ...change, preset: parsed(gpuPresetSchema, value, name, value) };
    case 'target':
      return withTargets({ targetTemperatureC: wholeNumber(targets.targetTemperatureC, name, value) });
    case 'power':
      return withTargets({ powerPercent: wholeNumber(targets.powerPercent, name, value) });
    case 'fan':
      return withTargets({
        fanCeilingPercent:
          value === 'none' ? null : wholeNumber(targets.fanCeilingPercent.unwrap(), name, value),
      });
    case 'safety':
      return withPreferences({
        safetyTemperatureC: wholeNumber(preferences.safetyTemperatureC, name, value),
      });
    case 'headroom':
      return withPreferences({
        memoryHeadroomBytes: parsed(preferences.memoryHeadroomBytes, bytesOf(value), name, value),
      });
    case 'enabled':
      if (value !== 'true' && value !== 'false') throw refusal(name, value);
      return withPreferences({ enabled: value === 'true' });
    default:
      throw new GataError(
        'invalid-request',
        `"${word}" sets nothing. Write name=value with one of: ${Object.keys(TAKES).join(', ')}.`,
      );
  }
}

interface Parser<Value> {
  safeParse(data: unknown): { success: true; data: Value } | { success: false };
}

function parsed<Value>(schema: Parser<Value>, data: unknown, name: keyof typeof TAKES, value: string): Value {
  const result = schema.safeParse(data);
  if (!result.success) throw refusal(name, value);
  return result.data;
}

/** The unit may stand with it. */
function wholeNumber(schema: Parser<number>, name: keyof typeof TAKES, value: string): number {
  const digits = /^(\d{1,4})\s*(%|°?C)?$/i.exec(value)?.[1];
  return parsed(schema, digits === undefined ? undefined : Number(digits), name, value);
}

function bytesOf(value: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(value) ?? [];
  const scale = BYTE_UNITS[unit?.toLowerCase() ?? ''];
  return amount === undefined || scale === undefined ? undefined : Math.round(Number(amount) * scale);
}

function refusal(name: keyof typeof TAKES, value: string): GataError {
  return new GataError('invalid-request', `${name} cannot be "${value}". It takes ${TAKES[name]}.`, {
    param: name,
  });
}

function rangeOf({ minValue, maxValue }: { minValue: number | null; maxValue: number | null }): string {
  return `${minValue} to ${maxValue}`;
}
