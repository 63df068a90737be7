/** What an orderly quit needs of Electron's app. */
export interface QuittingApp {
  on(event: 'before-quit', listener: (event: { preventDefault(): void }) => void): unknown;
  quit(): void;
}

/** Whoever asks the app to quit, `stop` runs first, once. `stop` must not reject. */
export function quitAfter(app: QuittingApp, stop: () => Promise<void>): void {
  let state: 'running' | 'stopping' | 'stopped' = 'running';
  app.on('before-quit', (event) => {
    if (state === 'stopped') return;
    event.preventDefault();
    if (state === 'stopping') return;
    state = 'stopping';
    void stop().then(() => {
      state = 'stopped';
      app.quit();
    });
  });
}
