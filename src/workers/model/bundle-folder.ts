import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';
import type { ModelManifest } from '../../shared/model-manifest.ts';

/** A model's files in Hugging Face's layout; only files that the manifest lists are read. */
export class BundleFolder {
  readonly #folder: string;
  readonly #files: ReadonlySet<string>;

  constructor(folder: string, manifest: ModelManifest) {
    this.#folder = folder;
    this.#files = new Set(manifest.files.map((file) => file.path));
  }

  /**
   * The graph's file: `onnx/model.onnx` where there is one, else the first `.onnx` file listed.
   * @throws GataError `corrupt-bundle` when there is none.
   */
  graphPath(): string {
    const graphs = [...this.#files].filter((file) => file.endsWith('.onnx'));
    const preferred = ['onnx/model.onnx', 'onnx/decoder_model_merged.onnx', 'model.onnx'];
    const graph = preferred.find((file) => this.#files.has(file)) ?? graphs[0];
    if (graph === undefined) throw new GataError('corrupt-bundle', 'The bundle lists no .onnx file.');
    return path.join(this.#folder, graph);
  }

  /** The text of a file, or undefined when the manifest does not list it. */
  async readText(file: string): Promise<string | undefined> {
    if (!this.#files.has(file)) return undefined;
    return readFile(path.join(this.#folder, file), 'utf8').catch((error: unknown) => {
      throw new GataError('corrupt-bundle', `The bundle's ${file} cannot be read.`, { cause: error });
    });
  }

  /**
   * The data of a JSON file, or undefined when the manifest does not list it.
   * @throws GataError `corrupt-bundle` when it is no JSON or not of the schema.
   */
  async readJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const text = await this.readText(file);
    if (text === undefined) return undefined;
    try {
      return schema.parse(JSON.parse(text));
    } catch (error) {
      throw new GataError('corrupt-bundle', `The bundle's ${file} is not in Hugging Face's format.`, {
        cause: error,
      });
    }
  }

  /** As `readJson`, for a file the task cannot do without. */
  async requireJson<T>(file: string, schema: z.ZodType<T>): Promise<T> {
    const data = await this.readJson(file, schema);
    if (data === undefined) throw new GataError('corrupt-bundle', `The bundle has no ${file}.`);
    return data;
  }
}
