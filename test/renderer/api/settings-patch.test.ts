import { expect, it } from 'vitest';
import { applyPatch, inversePatch } from '../../../src/renderer/api/settings-patch.ts';
import { DEFAULT_SETTINGS, type SettingsPatch, settingsPatchSchema } from '../../../src/shared/settings.ts';

const patches: SettingsPatch[] = [
  { appearance: { theme: 'dark' } },
  { games: { include: ['a.exe'], resumeDelaySeconds: 60 } },
  { compute: { cpuThreads: 4 }, models: { cacheBytes: 5_000_000_000 } },
  {},
];

it.each(patches)('changes what the patch names and nothing else: %j', (patch) => {
  const changed = applyPatch(DEFAULT_SETTINGS, patch);
  expect(changed).toMatchObject(patch);
  expect(applyPatch(changed, inversePatch(DEFAULT_SETTINGS, patch))).toEqual(DEFAULT_SETTINGS);
});

it('takes back only its own change when another came in between', () => {
  const mine: SettingsPatch = { games: { include: ['a.exe'] } };
  const undo = inversePatch(DEFAULT_SETTINGS, mine);
  const both = applyPatch(applyPatch(DEFAULT_SETTINGS, mine), { games: { resumeDelaySeconds: 99 } });
  expect(applyPatch(both, undo).games).toEqual({ ...DEFAULT_SETTINGS.games, resumeDelaySeconds: 99 });
  expect(settingsPatchSchema.safeParse(undo).success).toBe(true);
});
