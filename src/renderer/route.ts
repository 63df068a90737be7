import { gpuUuidSchema } from '../shared/gpu.ts';
import { jobIdSchema } from '../shared/job-protocol.ts';

export type Route =
  | { readonly screen: 'home' }
  | { readonly screen: 'jobs'; readonly jobId?: string | undefined }
  | { readonly screen: 'games' }
  | { readonly screen: 'gpu'; readonly uuid?: string | undefined }
  /** `task`: what the user came to do, such as claiming from the tray. */
  | { readonly screen: 'wallet'; readonly task?: 'claim' | undefined }
  | { readonly screen: 'governance' }
  | { readonly screen: 'settings' };

/** The screen that a fragment like `#/jobs/<id>` names; Home for anything else. */
export function parseRoute(fragment: string): Route {
  const [screen, detail] = fragment.replace(/^#\/?/, '').split('/');
  if (screen === 'settings' || screen === 'games' || screen === 'governance') return { screen };
  if (screen === 'wallet') return { screen, task: detail === 'claim' ? detail : undefined };
  if (screen === 'gpu') {
    const uuid = gpuUuidSchema.safeParse(detail);
    return { screen, uuid: uuid.success ? uuid.data : undefined };
  }
  if (screen !== 'jobs') return { screen: 'home' };
  const jobId = jobIdSchema.safeParse(detail);
  return { screen, jobId: jobId.success ? jobId.data : undefined };
}

export function routeHref(route: Route): string {
  if (route.screen === 'home') return '#/';
  if (route.screen === 'jobs' && route.jobId !== undefined) return `#/jobs/${route.jobId}`;
  if (route.screen === 'gpu' && route.uuid !== undefined) return `#/gpu/${route.uuid}`;
  if (route.screen === 'wallet' && route.task !== undefined) return `#/wallet/${route.task}`;
  return `#/${route.screen}`;
}
