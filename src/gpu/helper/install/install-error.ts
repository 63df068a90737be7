/** Why the helper could not be installed or removed: a sentence that says what to do. */
export class InstallError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'InstallError';
  }
}
