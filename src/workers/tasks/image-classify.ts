import { Tensor } from 'onnxruntime-node';
import type Sharp from 'sharp';
import { GataError } from '../../shared/gata-error.ts';
import type { ImageClassifyInput, ImageClassifyOutput } from '../../shared/task.ts';
import { decodeImage } from '../image/decode-image.ts';
import { type ImagePreparation, readImagePreparation } from '../image/image-preparation.ts';
import { pixelValues } from '../image/pixel-values.ts';
import type { ModelSession } from '../model/model-session.ts';
import { floatsOf } from '../tensor/tensor-floats.ts';
import { softmax } from '../tensor/vectors.ts';
import type { ModelParts, Task } from './task.ts';

/** The classes an image most probably belongs to. */
export class ImageClassifyTask implements Task<'image.classify'> {
  readonly #session: ModelSession;
  readonly #labels: ReadonlyMap<number, string>;
  readonly #preparation: ImagePreparation;
  readonly #sharp: typeof Sharp;
  readonly #input: string;
  readonly #output: string;

  private constructor(parts: ModelParts, preparation: ImagePreparation, sharp: typeof Sharp) {
    const { session } = parts;
    const [input] = session.inputMetadata;
    const output = session.outputNames.includes('logits') ? 'logits' : session.outputNames[0];
    const takesImage = session.inputMetadata.length === 1 && input?.isTensor && input.type === 'float32';
    if (!takesImage || output === undefined) {
      throw new GataError(
        'model-load-failed',
        'An image.classify model takes one float32 input [batch, channels, height, width].',
      );
    }
    this.#session = session;
    this.#labels = parts.config.labels;
    this.#preparation = preparation;
    this.#sharp = sharp;
    this.#input = input.name;
    this.#output = output;
  }

  static async create(parts: ModelParts): Promise<ImageClassifyTask> {
    const preparation = await readImagePreparation(parts.bundle, parts.config);
    // Only here: it takes longer to start than all the rest of a worker.
    const { default: sharp } = await import('sharp');
    sharp.cache(false);
    sharp.concurrency(1);
    return new ImageClassifyTask(parts, preparation, sharp);
  }

  async run({ image, topK }: ImageClassifyInput): Promise<ImageClassifyOutput> {
    const pixels = await decodeImage(this.#sharp, image, this.#preparation);
    const dims = [1, this.#preparation.channels, pixels.height, pixels.width];
    const feed = new Tensor('float32', pixelValues(pixels, this.#preparation), dims);
    const results = await this.#session.run({ [this.#input]: feed }, [this.#output]);
    const logits = results[this.#output];
    if (logits === undefined) throw new GataError('model-load-failed', 'The model returned no logits.');
    const scores = softmax(floatsOf(logits));
    const labels = Array.from(scores, (score, id) => ({
      label: this.#labels.get(id) ?? `LABEL_${id}`,
      score,
    }));
    labels.sort((a, b) => b.score - a.score);
    return { kind: 'image.classify', labels: labels.slice(0, topK) };
  }
}
