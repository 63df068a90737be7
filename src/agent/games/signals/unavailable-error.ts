/** This machine does not offer the thing, and will not while the agent runs: there is no use in trying again. */
export class UnavailableError extends Error {
  override name = 'UnavailableError';
}
