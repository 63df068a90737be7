import type { Dispatch } from './dispatch.ts';
import type { OrtEnvironment } from './environment.ts';
import { appendProvider, type ProviderRequest } from './execution-provider.ts';
import { type LogSeverity, logSeverityValue } from './log-severity.ts';

/** `GraphOptimizationLevel`. */
const OPTIMIZATIONS = { none: 0, basic: 1, extended: 2, layout: 3, all: 99 } as const;
/** `ExecutionMode`. */
const EXECUTION_MODES = { sequential: 0, parallel: 1 } as const;

export interface SessionOptions {
  /** Providers to try, best first. Default: the CPU. */
  readonly providers?: readonly ProviderRequest[];
  /** How much the graph is rewritten before its first run. Default `all`. */
  readonly optimization?: keyof typeof OPTIMIZATIONS;
  /** Where to write the rewritten model. */
  readonly optimizedModelPath?: string;
  /** Threads within one operator. Default: the library's, one per core. */
  readonly intraOpThreads?: number;
  /** Threads for operators at the same time; needs `parallel`. */
  readonly interOpThreads?: number;
  readonly executionMode?: keyof typeof EXECUTION_MODES;
  /** Fixes sizes that the model leaves open, by their name in it, which lets more be planned ahead. */
  readonly freeDimensions?: Readonly<Record<string, number>>;
  /** The same by denotation, such as `DATA_BATCH`. */
  readonly freeDimensionsByDenotation?: Readonly<Record<string, number>>;
  /** Writes a profile to a file whose name begins so; see `endProfiling()`. */
  readonly profilePrefix?: string;
  /** Keep freed host memory for the next run. Default true. */
  readonly hostArena?: boolean;
  /** Use the arena of `environment.registerHostArena()`, with its limit. Default false. */
  readonly sharedArena?: boolean;
  /** Plan memory ahead from the first run's sizes. Default true. */
  readonly memoryPattern?: boolean;
  readonly logId?: string;
  readonly logSeverity?: LogSeverity;
  /** Further entries, by the keys of `onnxruntime_session_options_config_keys.h`. Never take these from strangers. */
  readonly config?: Readonly<Record<string, string>>;
  /** Where runs take place. Default `auto`. */
  readonly dispatch?: Dispatch;
  /** Ends the loading of the model. */
  readonly signal?: AbortSignal;
}

/** Makes an `OrtSessionOptions` for as long as `use` lasts. @throws OrtError for what the library refuses */
export async function withSessionOptions<Result>(
  environment: OrtEnvironment,
  options: SessionOptions,
  use: (address: number) => Promise<Result>,
): Promise<Result> {
  const { library, scratch } = environment;
  library.check('CreateSessionOptions', scratch.address);
  const address = scratch.word(0);
  try {
    apply(environment, address, options);
    return await use(address);
  } finally {
    library.run('ReleaseSessionOptions', address);
  }
}

function apply(environment: OrtEnvironment, address: number, options: SessionOptions): void {
  const { library } = environment;
  library.check('SetSessionGraphOptimizationLevel', address, OPTIMIZATIONS[options.optimization ?? 'all']);
  if (options.optimizedModelPath !== undefined) {
    library.check('SetOptimizedModelFilePath', address, options.optimizedModelPath);
  }
  if (options.intraOpThreads !== undefined) {
    library.check('SetIntraOpNumThreads', address, options.intraOpThreads);
  }
  if (options.interOpThreads !== undefined) {
    library.check('SetInterOpNumThreads', address, options.interOpThreads);
  }
  if (options.executionMode !== undefined) {
    library.check('SetSessionExecutionMode', address, EXECUTION_MODES[options.executionMode]);
  }
  for (const [name, size] of Object.entries(options.freeDimensions ?? {})) {
    library.check('AddFreeDimensionOverrideByName', address, name, size);
  }
  for (const [denotation, size] of Object.entries(options.freeDimensionsByDenotation ?? {})) {
    library.check('AddFreeDimensionOverride', address, denotation, size);
  }
  if (options.profilePrefix !== undefined) library.check('EnableProfiling', address, options.profilePrefix);
  if (options.hostArena === false) library.check('DisableCpuMemArena', address);
  if (options.memoryPattern === false) library.check('DisableMemPattern', address);
  if (options.logId !== undefined) library.check('SetSessionLogId', address, options.logId);
  if (options.logSeverity !== undefined) {
    library.check('SetSessionLogSeverityLevel', address, logSeverityValue(options.logSeverity));
  }
  const config = {
    ...(options.sharedArena === true ? { 'session.use_env_allocators': '1' } : {}),
    ...options.config,
  };
  for (const [key, value] of Object.entries(config)) {
    library.check('AddSessionConfigEntry', address, key, value);
  }
  for (const provider of options.providers ?? []) appendProvider(environment, address, provider);
}
