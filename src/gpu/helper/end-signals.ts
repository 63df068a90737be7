const END_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Runs `main`, and aborts its signal when this process is asked to end. */
export async function runUntilSignal(main: (stop: AbortSignal) => Promise<number>): Promise<number> {
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of END_SIGNALS) process.on(signal, end);
  try {
    return await main(stop.signal);
  } finally {
    for (const signal of END_SIGNALS) process.off(signal, end);
  }
}
