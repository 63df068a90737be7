/** systemd hands over sockets from this descriptor on (sd_listen_fds(3)). */
const FIRST_DESCRIPTOR = 3;

/**
 * The listening socket that systemd passed to this process, or undefined when it passed none.
 * @throws Error when it passed several: the helper has one.
 */
export function activatedSocket(environment: NodeJS.ProcessEnv, pid: number): number | undefined {
  // Both are inherited by children, for whom they are not meant; hence the pid.
  if (environment.LISTEN_PID !== String(pid)) return undefined;
  const count = Number(environment.LISTEN_FDS ?? '0');
  if (count === 0) return undefined;
  if (count !== 1) throw new Error(`The helper takes one socket; ${environment.LISTEN_FDS} were passed.`);
  return FIRST_DESCRIPTOR;
}
