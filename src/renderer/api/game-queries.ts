import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { GameChoiceRequest, GamesPage, Status } from '../../shared/local-api.ts';
import type { Settings } from '../../shared/settings.ts';
import { useApi } from './agent-context.tsx';
import { pageAfterChoice, runningAfterChoice } from './game-choices.ts';
import { queryKeys } from './query-keys.ts';
import { useReadableApi } from './use-readable-api.ts';

/** Nothing tells when the stores have been looked through, which is soon. */
const SCANNING_REFRESH_MS = 1000;

/** The games that run and that are installed. What the stores install meanwhile shows at the next visit. */
export function useGames() {
  const { api, enabled } = useReadableApi();
  return useQuery({
    queryKey: queryKeys.games,
    queryFn: ({ signal }) => api().games(signal),
    refetchInterval: ({ state }) => (state.data?.scanning === true ? SCANNING_REFRESH_MS : false),
    refetchOnMount: 'always',
    enabled,
  });
}

/** Looks through the stores again. */
export function useRescanGames() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => api().rescanGames(),
    onSuccess: (page) => queries.setQueryData(queryKeys.games, page),
    onError: () => queries.invalidateQueries({ queryKey: queryKeys.games }),
  });
}

/** The user's word on one game, shown at once and taken back when it is refused. */
export function useChooseForGame() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    scope: { id: 'game-choices' },
    mutationFn: async (request: GameChoiceRequest) => api().chooseForGame(request),
    onMutate: async (request) => {
      await queries.cancelQueries({ queryKey: queryKeys.games });
      queries.setQueryData<GamesPage>(queryKeys.games, (page) => page && pageAfterChoice(page, request));
      queries.setQueryData<Status>(
        queryKeys.status,
        (status) => status && { ...status, games: runningAfterChoice(status.games, request) },
      );
      queries.setQueryData<Settings>(
        queryKeys.settings,
        (settings) => settings && { ...settings, games: gamesAfterChoice(settings.games, request) },
      );
    },
    onSuccess: (page) => queries.setQueryData(queryKeys.games, page),
    onError: () => {
      void queries.invalidateQueries({ queryKey: queryKeys.games });
      void queries.invalidateQueries({ queryKey: queryKeys.settings });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.status }),
  });
}

function gamesAfterChoice(games: Settings['games'], { key, choice }: GameChoiceRequest): Settings['games'] {
  const { [key]: _former, ...others } = games.choices;
  return { ...games, choices: choice === null ? others : { ...others, [key]: choice } };
}
