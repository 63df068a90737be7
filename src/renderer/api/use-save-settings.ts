import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';
import { useApi } from './agent-context.tsx';
import { queryKeys } from './query-keys.ts';
import { applyPatch, inversePatch } from './settings-patch.ts';

const SAVED_SHOWN_MS = 3000;

export type SaveState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'saving' }
  | { readonly phase: 'saved' }
  | { readonly phase: 'failed'; readonly error: Error };

interface Save {
  readonly patch: SettingsPatch;
  readonly undo: SettingsPatch;
}

/**
 * What to change; a function where that depends on what is there, such as one rule of a list: it is given the
 * settings of the moment, so that two changes in a row both count.
 */
export type SettingsChange = SettingsPatch | ((settings: Settings) => SettingsPatch);

/**
 * Saves a change of the settings at once: shown before it is confirmed, taken back when it is refused.
 * Changes are sent one after another. Each control uses its own, for its own feedback.
 */
export function useSaveSettings(): { save: (change: SettingsChange) => void; state: SaveState } {
  const api = useApi();
  const queries = useQueryClient();
  const update = (patch: SettingsPatch) =>
    queries.setQueryData<Settings>(queryKeys.settings, (settings) => settings && applyPatch(settings, patch));

  const mutation = useMutation({
    mutationKey: queryKeys.settings,
    scope: { id: 'settings' },
    mutationFn: async ({ patch }: Save) => api().patchSettings(patch),
    onMutate: async ({ patch }) => {
      await queries.cancelQueries({ queryKey: queryKeys.settings });
      // A fetch that was under way took the change back when it was cancelled.
      update(patch);
    },
    onSuccess: (settings) => {
      // With another change on its way, this answer does not hold it yet.
      if (queries.isMutating({ mutationKey: queryKeys.settings }) === 1)
        queries.setQueryData(queryKeys.settings, settings);
    },
    onError: (_error, { undo }) => {
      update(undo);
      // What others changed meanwhile was not taken from the events.
      void queries.invalidateQueries({ queryKey: queryKeys.settings });
    },
  });
  const save = (change: SettingsChange) => {
    const settings = queries.getQueryData<Settings>(queryKeys.settings);
    // Nothing can be changed before it is shown.
    if (settings === undefined) return;
    const patch = typeof change === 'function' ? change(settings) : change;
    update(patch);
    mutation.mutate({ patch, undo: inversePatch(settings, patch) });
  };

  const { isSuccess, reset } = mutation;
  useEffect(() => {
    if (!isSuccess) return;
    const timer = setTimeout(reset, SAVED_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isSuccess, reset]);

  return { save, state: saveState(mutation) };
}

function saveState(mutation: { isPending: boolean; isSuccess: boolean; error: Error | null }): SaveState {
  if (mutation.isPending) return { phase: 'saving' };
  if (mutation.error !== null) return { phase: 'failed', error: mutation.error };
  return { phase: mutation.isSuccess ? 'saved' : 'idle' };
}
