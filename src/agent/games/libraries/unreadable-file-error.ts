/** A file or folder that exists and cannot be read, or is not what it should be. */
export class UnreadableFileError extends Error {
  readonly path: string;
  /** Whether reading it again in a moment may succeed. */
  readonly passing: boolean;

  constructor(path: string, reason: string, options: { passing: boolean; cause?: unknown }) {
    super(`${path} ${reason}.`, { cause: options.cause });
    this.name = 'UnreadableFileError';
    this.path = path;
    this.passing = options.passing;
  }
}
