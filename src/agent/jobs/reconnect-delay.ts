const FIRST_MS = 250;
const LONGEST_MS = 30_000;
/** On this machine nobody is overrun by nodes that come back all at once. */
const LONGEST_LOOPBACK_MS = 1_000;

/**
 * How long to wait before the next attempt to connect: doubled with every failure, half of it random, so that
 * the nodes of a gateway that was away do not come back all at once.
 * @param random in [0, 1).
 */
export function reconnectDelayMs(failures: number, gatewayUrl: string, random: number): number {
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(gatewayUrl).hostname);
  const longest = loopback ? LONGEST_LOOPBACK_MS : LONGEST_MS;
  const delay = Math.min(FIRST_MS * 2 ** failures, longest);
  return delay * (0.5 + random / 2);
}
