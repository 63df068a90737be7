import { InferenceSession } from 'onnxruntime-node';
import type { ExecutionProvider } from '../../shared/execution-provider.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { Log } from '../log.ts';

export interface SessionRequest {
  readonly graphPath: string;
  /** Tried in order. */
  readonly providers: readonly ExecutionProvider[];
  /** Threads inside one operator; 0 leaves the choice to ONNX Runtime. */
  readonly threads: number;
}

/** Only what ends the process; that a provider is missing is told in our words. */
const LOG_SEVERITY_FATAL = 4;

/**
 * Loads a graph with the first execution provider that takes it.
 * @throws GataError `model-load-failed` when none does.
 */
export async function createSession(
  { graphPath, providers, threads }: SessionRequest,
  log: Log,
): Promise<{ session: InferenceSession; provider: ExecutionProvider }> {
  // The published binaries report model names and more to their maker unless this is set before they start.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  let reason = 'no execution provider was asked for';
  let cause: unknown;
  for (const provider of providers) {
    try {
      const session = await InferenceSession.create(graphPath, {
        executionProviders: [provider],
        graphOptimizationLevel: 'all',
        logSeverityLevel: LOG_SEVERITY_FATAL,
        // A thread that waits for the next operator in a busy loop takes a core from everything else.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
        ...(threads > 0 ? { intraOpNumThreads: threads } : {}),
      });
      return { session, provider };
    } catch (error) {
      cause = error;
      reason = error instanceof Error ? error.message.slice(0, 500) : String(error);
      log(`${provider} does not load the model: ${reason}`);
    }
  }
  throw new GataError('model-load-failed', `ONNX Runtime does not load the model: ${reason}`, { cause });
}
