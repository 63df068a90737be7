import { useMemo, useSyncExternalStore } from 'react';
import { parseRoute, type Route, routeHref } from './route.ts';

/** The fragment names the screen, so that both origins, reload and the back button work. */
export function useRoute(): Route {
  const fragment = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parseRoute(fragment), [fragment]);
}

export function goTo(route: Route): void {
  window.location.hash = routeHref(route);
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('hashchange', onChange);
  return () => window.removeEventListener('hashchange', onChange);
}
