import type { ExecutionProvider } from '../../shared/execution-provider.ts';
import { GataError } from '../../shared/gata-error.ts';
import type { ModelManifest } from '../../shared/model-manifest.ts';
import type { TaskInput, TaskKind, TaskOutput } from '../../shared/task.ts';
import type { Log } from '../log.ts';
import { Pacer } from '../pacer.ts';
import { EmbeddingTask } from '../tasks/embedding.ts';
import { ImageClassifyTask } from '../tasks/image-classify.ts';
import { OnnxRunTask } from '../tasks/onnx-run.ts';
import type { ModelParts, RunOptions, Task } from '../tasks/task.ts';
import { TextGenerateTask } from '../tasks/text-generate.ts';
import { TextTokenizer } from '../text/text-tokenizer.ts';
import { BundleFolder } from './bundle-folder.ts';
import { createSession } from './create-session.ts';
import { readModelConfig } from './model-config.ts';
import { PacedSession } from './paced-session.ts';

export interface LoadRequest {
  readonly folder: string;
  readonly manifest: ModelManifest;
  readonly providers: readonly ExecutionProvider[];
  readonly threads: number;
}

type Tasks = { [Kind in TaskKind]?: Task<Kind> };

/** A model in memory, ready for the tasks that its manifest names. */
export class LoadedModel implements AsyncDisposable {
  readonly provider: ExecutionProvider;
  readonly #parts: ModelParts;
  readonly #tasks: Tasks;

  constructor(provider: ExecutionProvider, parts: ModelParts, tasks: Tasks) {
    this.provider = provider;
    this.#parts = parts;
    this.#tasks = tasks;
  }

  /** @throws GataError `unsupported-task` for a kind the manifest does not name, or the task's own. */
  async run(input: TaskInput, options: RunOptions = {}): Promise<TaskOutput> {
    const { manifest } = this.#parts;
    const output = this.#start(input, options);
    if (output !== undefined) return output;
    throw new GataError(
      'unsupported-task',
      `The model ${manifest.id} does not do ${input.kind}. It does: ${manifest.tasks.join(', ')}.`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.session.release();
  }

  #start(input: TaskInput, options: RunOptions): Promise<TaskOutput> | undefined {
    switch (input.kind) {
      case 'text.generate':
        return this.#tasks[input.kind]?.run(input, options);
      case 'embedding':
        return this.#tasks[input.kind]?.run(input, options);
      case 'image.classify':
        return this.#tasks[input.kind]?.run(input, options);
      case 'onnx.run':
        return this.#tasks[input.kind]?.run(input, options);
    }
  }
}

/**
 * Loads a bundle's graph and prepares its tasks, whose runs go through the pacer.
 * @throws GataError `corrupt-bundle` for missing or malformed files, `model-load-failed` for a graph that ONNX
 *   Runtime or a task refuses.
 */
export async function loadModel(
  request: LoadRequest,
  log: Log,
  pacer: Pacer = new Pacer(),
): Promise<LoadedModel> {
  const { manifest } = request;
  const bundle = new BundleFolder(request.folder, manifest);
  const graphPath = bundle.graphPath();
  const config = await readModelConfig(bundle);
  const created = await createSession({ ...request, graphPath }, log);
  const session = new PacedSession(created.session, pacer);
  let tokenizer: Promise<TextTokenizer> | undefined;
  const parts: ModelParts = {
    session,
    manifest,
    bundle,
    config,
    tokenizer: () => {
      tokenizer ??= TextTokenizer.read(bundle);
      return tokenizer;
    },
  };
  try {
    const does = new Set(manifest.tasks);
    const tasks: Tasks = {};
    if (does.has('onnx.run')) tasks['onnx.run'] = new OnnxRunTask(parts);
    if (does.has('text.generate')) tasks['text.generate'] = await TextGenerateTask.create(parts);
    if (does.has('embedding')) tasks.embedding = await EmbeddingTask.create(parts);
    if (does.has('image.classify')) tasks['image.classify'] = await ImageClassifyTask.create(parts);
    return new LoadedModel(created.provider, parts, tasks);
  } catch (error) {
    await session.release();
    throw error;
  }
}
