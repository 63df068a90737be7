/** What Windows says of one end of a named pipe. */
export type PipeState = 'waiting' | 'connected' | 'ended';

/** The calls on named pipes that the helper makes; none of them waits. All throw Error when Windows refuses. */
export interface PipeApi {
  /**
   * Makes an instance of a pipe for programs of this machine only.
   * @param security who may open it, in SDDL
   * @param isFirst refuse when somebody else has made a pipe of this name already
   */
  create(options: { name: string; security: string; instances: number; isFirst: boolean }): bigint;
  /** Whether somebody has opened this instance. */
  state(pipe: bigint): PipeState;
  /** @returns What has arrived: empty when nothing has; undefined when the client is gone. */
  read(pipe: bigint): Buffer | undefined;
  /** @returns How many bytes were taken; undefined when the client is gone. */
  write(pipe: bigint, bytes: Buffer): number | undefined;
  /** The client can still read what was written, and is told of the end then. */
  close(pipe: bigint): void;
}
