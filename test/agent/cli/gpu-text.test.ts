import { describe, expect, it } from 'vitest';
import { gpuHelperText, gpusText } from '../../../src/agent/cli/gpu-text.ts';
import { DEFAULT_GPU_PREFERENCES, GPU_PRESETS } from '../../../src/shared/gpu-preferences.ts';
import { gpuSample, gpusPage, gpuView } from '../../support/dashboard-gpu-fixtures.ts';
import { NO_GPUS_PAGE } from '../../support/set-gpus.ts';

describe('cards for a terminal', () => {
  it('show readings, limits and who holds them', () => {
    expect(gpusText(gpusPage())).toBe(`Driver   580.95.05, CUDA 13.0
Limits   set on the card by Gata's helper

0  NVIDIA GeForce RTX 4070 Ti SUPER  — may compute
   Temperature  71 °C, memory 78 °C, target 72 °C, held by the card, stops at 87 °C
   Power        226 W of 228 W, target 80 %, held by the card
   Load         97 %, slowed by software-power-cap
   Memory       7.4 GiB of 16.0 GiB used, 1.0 GiB kept free
   Fan          46 %
   Pace         the model may run 100 % of the time
   Preset       balanced
   Id           GPU-8f3a5c0d-21b9-4e77-86f1-a2b3c4d5e6f7`);
  });

  it('say why a card does not compute, what is unknown and what is not held', () => {
    const text = gpusText(
      gpusPage({
        authority: 'none',
        authorityDetail: 'Setting limits needs administrator rights.',
        gpus: [
          gpuView({
            mayRun: false,
            detail: 'It is at 89 °C.',
            preset: 'quiet',
            targets: GPU_PRESETS.quiet,
            preferences: DEFAULT_GPU_PREFERENCES,
            dutyCycle: 0.25,
            problem: 'The driver refused the power limit.',
            enforcement: { temperature: 'pacing', power: 'none' },
            sample: gpuSample({
              memoryTemperatureC: null,
              powerMilliwatts: null,
              powerLimitMilliwatts: null,
              fanPercent: null,
            }),
          }),
        ],
      }),
    );
    for (const part of [
      'kept by pauses between runs — Setting limits needs administrator rights.',
      '— does not compute: It is at 89 °C.',
      '71 °C, target 62 °C, held by pauses',
      'Power        unknown, target 60 %, not held',
      'Fan          unknown',
      'may run 25 % of the time',
      'quiet (by the schedule; else balanced), fan up to 45 %',
      'Problem      The driver refused the power limit.',
    ]) {
      expect(text).toContain(part);
    }
    expect(gpusText(gpusPage({ gpus: [gpuView({ sample: null })] }))).toContain('Temperature  unknown');
  });

  it.each([
    ['absent', 'No NVIDIA driver: It is not there.'],
    ['lost', 'The driver is away, compute waits for it: It is not there.'],
    ['starting', 'Looking for graphics cards'],
  ] as const)('tell the state %s', (state, expected) => {
    expect(gpusText({ ...NO_GPUS_PAGE, state, detail: 'It is not there.' })).toContain(expected);
  });

  it('tell what the helper is doing', () => {
    const page = gpusPage({
      helper: { state: 'not-installed', busy: 'installing', detail: 'Waiting for permission.' },
    });
    expect(gpuHelperText(page)).toContain('not installed (installing) — Waiting for permission.');
  });
});
