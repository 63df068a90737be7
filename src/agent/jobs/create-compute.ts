import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { Settings } from '../../shared/settings.ts';
import type { NodeKey } from '../identity/node-key.ts';
import type { ModelCache } from '../models/model-cache.ts';
import type { Compute } from './compute.ts';
import type { StartWorker } from './worker-pool.ts';

export interface ComputeOptions {
  /** The folder of the job history. */
  readonly dataFolder: string;
  readonly gatewayUrl: string;
  readonly agentVersion: string;
  readonly nodeKey: NodeKey;
  readonly models: ModelCache;
  readonly startWorker: StartWorker;
  /** The sandbox that workers run in, as the gateway is told: `bubblewrap`, `none`. */
  readonly sandboxMechanism: string;
  /** The settings of the moment. */
  readonly settings: () => Settings;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Reads the job history and wires the job side; it is halted and not connected yet. */
export declare function createCompute(options: ComputeOptions): Promise<Compute>;
