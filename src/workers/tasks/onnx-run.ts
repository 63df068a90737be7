import type { Tensor as RuntimeTensor } from 'onnxruntime-node';
import { GataError } from '../../shared/gata-error.ts';
import type { OnnxRunInput, OnnxRunOutput } from '../../shared/task.ts';
import type { Tensor } from '../../shared/tensor.ts';
import type { ModelSession } from '../model/model-session.ts';
import { checkFeeds } from '../tensor/check-feeds.ts';
import { fromRuntimeTensor, toRuntimeTensor } from '../tensor/tensor-conversion.ts';
import type { ModelParts, Task } from './task.ts';

/** Runs the model's graph on the buyer's tensors. */
export class OnnxRunTask implements Task<'onnx.run'> {
  readonly #session: ModelSession;

  constructor({ session }: ModelParts) {
    this.#session = session;
  }

  async run({ inputs, outputs }: OnnxRunInput): Promise<OnnxRunOutput> {
    checkFeeds(inputs, this.#session.inputMetadata);
    const fetches = this.#fetches(outputs);
    const feeds: Record<string, RuntimeTensor> = {};
    for (const [name, tensor] of Object.entries(inputs)) feeds[name] = toRuntimeTensor(tensor);
    const results = await this.#session.run(feeds, fetches).catch((error: unknown) => {
      throw runError(error);
    });
    const returned: Record<string, Tensor> = {};
    for (const name of fetches) {
      const result = results[name];
      // An optional output of the graph may be absent.
      if (result !== undefined) returned[name] = fromRuntimeTensor(result);
    }
    return { kind: 'onnx.run', outputs: returned };
  }

  #fetches(wanted: readonly string[] | undefined): readonly string[] {
    const { outputNames, outputMetadata } = this.#session;
    const unknown = wanted?.find((name) => !outputNames.includes(name));
    if (unknown !== undefined) {
      const known = outputNames.join(', ');
      throw new GataError(
        'invalid-tensor',
        `The model has no output ${unknown}. Its outputs are: ${known}.`,
        {
          param: unknown,
        },
      );
    }
    const fetches = wanted ?? outputNames;
    const other = outputMetadata.find((value) => !value.isTensor && fetches.includes(value.name));
    if (other !== undefined) {
      throw new GataError('unsupported-task', `The model's output ${other.name} is not a tensor.`);
    }
    return fetches;
  }
}

/** The graph accepted the types and ranks but not the tensors together, or the machine has no memory left. */
function runError(error: unknown): GataError {
  const message = error instanceof Error ? error.message : String(error);
  if (/alloc|out of memory|\bOOM\b/i.test(message)) {
    return new GataError('internal-error', 'The model needs more memory than this node has.', {
      cause: error,
    });
  }
  const reason = message.slice(0, 500);
  return new GataError('invalid-tensor', `The model cannot run on these tensors: ${reason}`, {
    cause: error,
  });
}
