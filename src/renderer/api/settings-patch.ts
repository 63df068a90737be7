import type { Settings, SettingsPatch } from '../../shared/settings.ts';

/** The settings after a patch, as the agent makes them. */
export function applyPatch(settings: Settings, patch: SettingsPatch): Settings {
  return {
    games: { ...settings.games, ...patch.games },
    idle: { ...settings.idle, ...patch.idle },
    compute: { ...settings.compute, ...patch.compute },
    gpu: { ...settings.gpu, ...patch.gpu },
    energy: { ...settings.energy, ...patch.energy },
    models: { ...settings.models, ...patch.models },
    appearance: { ...settings.appearance, ...patch.appearance },
    wallet: { ...settings.wallet, ...patch.wallet },
  };
}

/** The patch that brings back what `patch` changed of `settings`, and nothing else. */
export function inversePatch(settings: Settings, patch: SettingsPatch): SettingsPatch {
  return {
    ...(patch.games && { games: pick(settings.games, patch.games) }),
    ...(patch.idle && { idle: pick(settings.idle, patch.idle) }),
    ...(patch.compute && { compute: pick(settings.compute, patch.compute) }),
    ...(patch.gpu && { gpu: pick(settings.gpu, patch.gpu) }),
    ...(patch.energy && { energy: pick(settings.energy, patch.energy) }),
    ...(patch.models && { models: pick(settings.models, patch.models) }),
    ...(patch.appearance && { appearance: pick(settings.appearance, patch.appearance) }),
    ...(patch.wallet && { wallet: pick(settings.wallet, patch.wallet) }),
  };
}

function pick<Group extends object>(group: Group, like: Partial<Group>): Partial<Group> {
  const picked: Partial<Group> = {};
  for (const key of keysOf(like)) picked[key] = group[key];
  return picked;
}

function keysOf<Group extends object>(group: Group): (keyof Group)[] {
  return Object.keys(group) as (keyof Group)[];
}
