import type { ModelManifest } from '../../shared/model-manifest.ts';
import type {
  GenerationChunk,
  GenerationProgress,
  TaskInput,
  TaskKind,
  TaskOutput,
} from '../../shared/task.ts';
import type { BundleFolder } from '../model/bundle-folder.ts';
import type { ModelConfig } from '../model/model-config.ts';
import type { ModelSession } from '../model/model-session.ts';
import type { TextTokenizer } from '../text/text-tokenizer.ts';

/** A model's graph in memory and its files, from which each task takes what it needs. */
export interface ModelParts {
  readonly session: ModelSession;
  readonly manifest: ModelManifest;
  readonly bundle: BundleFolder;
  readonly config: ModelConfig;
  /** Read once, at the first call. */
  tokenizer(): Promise<TextTokenizer>;
}

export interface RunOptions {
  /** A generation another worker began. */
  readonly resume?: GenerationProgress | undefined;
  readonly onChunk?: ((chunk: GenerationChunk) => void) | undefined;
}

/** One kind of job on one loaded model. */
export interface Task<Kind extends TaskKind> {
  /** @throws GataError with the code that says what is wrong with the input. */
  run(
    input: Extract<TaskInput, { kind: Kind }>,
    options: RunOptions,
  ): Promise<Extract<TaskOutput, { kind: Kind }>>;
}
