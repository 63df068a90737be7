import { existsSync } from 'node:fs';
import type { WriteSupport } from 'node-nvml';
import type { GpuDevice } from '../../shared/gpu.ts';
import type { Card } from '../cards/card.ts';
import type { CardSession } from './card-session.ts';
import { DirectKeeper } from './direct-keeper.ts';
import { HelperKeeper, type HelperKeeperOptions } from './helper-keeper.ts';
import type { LimitKeeper } from './limit-keeper.ts';
import { PowerlessKeeper } from './powerless-keeper.ts';

export interface KeeperChoice {
  readonly session: CardSession;
  readonly helper: HelperKeeperOptions;
  readonly log: (line: string) => void;
}

/**
 * Finds out who may set limits. The own rights are tried by setting every limit to what it is, because a root
 * without the driver's consent (a container's) looks like any other; where there is no chance, nothing is set.
 */
export async function chooseKeeper({ session, helper, log }: KeeperChoice): Promise<LimitKeeper> {
  const { cards, leases } = session;
  const support = mayHaveRights() ? cards.map((card) => ({ card, writes: probe(card, log) })) : [];
  const abilities = new Map(support.map(({ card, writes }) => [card.uuid, ability(card, writes)] as const));
  const isAble = [...abilities.values()].some(({ power, acoustic }) => power || acoustic);
  const notes = leases === null ? [session.journalProblem] : leases.problems;
  if (isAble && leases !== null) {
    return new DirectKeeper(leases, abilities, ['Gata has the rights to set limits.', ...notes].join(' '));
  }
  try {
    return await HelperKeeper.open(helper);
  } catch (error) {
    const why = isAble
      ? []
      : [whyNotDirect(support.map(({ writes }) => writes)), whyNoHelper(helper.socket, error)];
    return new PowerlessKeeper([...why, ...notes].join(' '), !isAble && existsSync(helper.socket));
  }
}

function mayHaveRights(): boolean {
  // Windows does not tell a process its rights so simply; there the driver is asked.
  return process.geteuid === undefined || process.geteuid() === 0;
}

function probe(card: Card, log: (line: string) => void): WriteSupport | null {
  try {
    return card.probeWrites();
  } catch (error) {
    log(`It could not be found out whether limits of ${card.uuid} can be set. ${String(error)}`);
    return null;
  }
}

function ability({ limitable }: Card, writes: WriteSupport | null): GpuDevice['canLimit'] {
  return {
    power: limitable.powerLimitRange !== null && writes?.powerLimitWritable === 'yes',
    acoustic: limitable.acousticThresholdRange !== null && writes?.acousticThresholdWritable === 'yes',
  };
}

function whyNotDirect(writes: readonly (WriteSupport | null)[]): string {
  const isRefused = (support: WriteSupport | null) =>
    support?.powerLimitWritable === 'no-permission' || support?.acousticThresholdWritable === 'no-permission';
  if (writes.length > 0 && !writes.some(isRefused)) return 'No graphics card here lets its limits be set.';
  const who = process.platform === 'win32' ? 'an administrator' : 'root';
  return `Limits of a graphics card can only be set by ${who}.`;
}

function whyNoHelper(socket: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'The privileged helper is not installed.';
  if (code === 'EACCES') return 'The privileged helper does not let this user in; install it as this user.';
  if (code === 'ECONNREFUSED' && existsSync(socket)) return 'The privileged helper is not running.';
  return `The privileged helper cannot be used: ${error instanceof Error ? error.message : String(error)}`;
}
