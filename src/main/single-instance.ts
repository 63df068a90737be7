import { z } from 'zod';

/** What a second instance tells the first; Chromium may reorder its command line, so this is not read from it. */
const launchSchema = z.object({ hidden: z.boolean() });
export type Launch = z.infer<typeof launchSchema>;

/** What the check needs of Electron's app. */
export interface SingleInstanceApp {
  requestSingleInstanceLock(launch: Launch): boolean;
  on(
    event: 'second-instance',
    listener: (event: unknown, args: string[], workingFolder: string, launch: unknown) => void,
  ): unknown;
}

/**
 * True when this is the first instance for its `userData` folder; later ones must quit at once. `onLaunch` is
 * called for each later instance that a person started, so that the first shows itself.
 */
export function becomeSingleInstance(app: SingleInstanceApp, launch: Launch, onLaunch: () => void): boolean {
  if (!app.requestSingleInstanceLock(launch)) return false;
  app.on('second-instance', (_event, _args, _workingFolder, data) => {
    if (launchSchema.safeParse(data).data?.hidden !== true) onLaunch();
  });
  return true;
}
