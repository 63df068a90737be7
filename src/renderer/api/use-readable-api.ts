import { useApi, useConnection } from './agent-context.tsx';

/** The client of the moment, and whether there is one to read with. */
export function useReadableApi() {
  const api = useApi();
  return { api, enabled: useConnection().client !== undefined };
}
