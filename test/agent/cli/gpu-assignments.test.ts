import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyGpuChange, parseGpuAssignments } from '../../../src/agent/cli/gpu-assignments.ts';
import {
  DEFAULT_GPU_PREFERENCES,
  GPU_PRESETS,
  gpuPreferencesSchema,
} from '../../../src/shared/gpu-preferences.ts';

const changed = (...words: string[]) => applyGpuChange(DEFAULT_GPU_PREFERENCES, parseGpuAssignments(words));

describe('assignments to a card', () => {
  it('set what they name and leave the rest', () => {
    expect(changed('preset=quiet', 'enabled=false')).toEqual({
      ...DEFAULT_GPU_PREFERENCES,
      preset: 'quiet',
      enabled: false,
    });
    expect(changed('safety=85°C', 'headroom=1.5GB')).toMatchObject({
      safetyTemperatureC: 85,
      memoryHeadroomBytes: 1_500_000_000,
      preset: 'balanced',
    });
    expect(changed('headroom=512MiB')).toMatchObject({ memoryHeadroomBytes: 512 * 2 ** 20 });
  });

  it('make the preset custom from the one that held, or that is named', () => {
    expect(changed('target=70')).toMatchObject({
      preset: 'custom',
      custom: { ...GPU_PRESETS.balanced, targetTemperatureC: 70 },
    });
    expect(changed('power=70%', 'preset=quiet')).toMatchObject({
      preset: 'custom',
      custom: { ...GPU_PRESETS.quiet, powerPercent: 70 },
    });
    const custom = changed('target=66', 'fan=40');
    expect(applyGpuChange(custom, parseGpuAssignments(['fan=none']))).toMatchObject({
      preset: 'custom',
      custom: { targetTemperatureC: 66, fanCeilingPercent: null },
    });
  });

  it.each([
    ['target=20', 'target cannot be "20". It takes degrees from 40 to 95.'],
    ['target=70.5', 'degrees from 40 to 95'],
    ['power=30', 'percent from 50 to 100'],
    ['fan=off', 'percent from 20 to 100, or none'],
    ['safety=101', 'degrees from 60 to 100'],
    ['headroom=lots', 'such as 1GiB'],
    ['headroom=65GB', 'up to 64GB'],
    ['enabled=yes', 'true or false'],
    ['preset=loud', 'quiet, balanced, max, custom'],
    ['colour=red', 'preset, target, power, fan, safety, headroom, enabled'],
    ['quiet', 'Write name=value'],
  ])('refuse %s and say what is taken', (word, message) => {
    expect(() => parseGpuAssignments([word])).toThrow(
      expect.objectContaining({ code: 'invalid-request', message: expect.stringContaining(message) }),
    );
  });

  it('never make preferences that the settings would refuse', () => {
    const word = fc.oneof(
      fc.string(),
      fc
        .tuple(
          fc.constantFrom('preset', 'target', 'power', 'fan', 'safety', 'headroom', 'enabled'),
          fc.oneof(
            fc.string(),
            fc.integer({ min: -10, max: 200 }).map(String),
            fc.constantFrom('quiet', 'none', 'true', '3GB', '1e3', 'Infinity', '0x50'),
          ),
        )
        .map(([name, value]) => `${name}=${value}`),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        let change: ReturnType<typeof parseGpuAssignments>;
        try {
          change = parseGpuAssignments(words);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-request' });
          return;
        }
        expect(() =>
          gpuPreferencesSchema.parse(applyGpuChange(DEFAULT_GPU_PREFERENCES, change)),
        ).not.toThrow();
      }),
    );
  });
});
