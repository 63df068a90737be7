interface Shared<Value> {
  readonly promise: Promise<Value>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Runs at most one task a key; everyone who asks meanwhile gets its outcome. The task is aborted when the last
 * of them no longer wants it.
 */
export class SharedTasks<Value> {
  readonly #running = new Map<string, Shared<Value>>();

  has(key: string): boolean {
    return this.#running.has(key);
  }

  /** @throws the task's error, or the signal's reason as soon as it aborts. */
  async run(key: string, signal: AbortSignal, task: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    signal.throwIfAborted();
    const shared = this.#running.get(key) ?? this.#start(key, task);
    shared.waiting += 1;
    const given = Promise.withResolvers<never>();
    const giveUp = () => given.reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([shared.promise, given.promise]);
    } finally {
      signal.removeEventListener('abort', giveUp);
      shared.waiting -= 1;
      if (shared.waiting === 0 && this.#running.get(key) === shared) {
        // Nobody joins a task that is being aborted.
        this.#running.delete(key);
        shared.controller.abort(signal.reason);
      }
    }
  }

  #start(key: string, task: (signal: AbortSignal) => Promise<Value>): Shared<Value> {
    const controller = new AbortController();
    const promise = task(controller.signal).finally(() => {
      if (this.#running.get(key) === shared) this.#running.delete(key);
    });
    // Whoever gave up no longer listens; the others get the error from the race.
    promise.catch(() => undefined);
    const shared: Shared<Value> = { promise, controller, waiting: 0 };
    this.#running.set(key, shared);
    return shared;
  }
}
