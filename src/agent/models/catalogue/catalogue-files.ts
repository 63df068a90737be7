import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { CatalogueFault } from '../../../shared/catalogue-fault.ts';
import { CATALOGUE_FILES } from '../../../shared/model-catalogue.ts';
import { writePrivateFile } from '../../private-file.ts';

const ENTRY = /^([0-9a-f]{64})\.json$/;

/** The documents that were found good, on the disk: they outlive restarts, and forbid going back to older ones. */
export class CatalogueFiles {
  readonly #folder: string;
  readonly #logger: Logger;

  constructor(folder: string, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
  }

  async prepare(): Promise<void> {
    await mkdir(join(this.#folder, 'entries'), { recursive: true, mode: 0o700 });
  }

  /** @param parse throws CatalogueFault for a damaged text, which is then set aside. */
  async read<Document>(name: string, parse: (text: string) => Document): Promise<Document | undefined> {
    const path = join(this.#folder, name);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof CatalogueFault)) throw error;
      this.#logger.warn(
        { file: path, code: error.code },
        `A stored part of the catalogue is set aside: ${error.message}`,
      );
      await rename(path, `${path}.damaged`);
      return undefined;
    }
  }

  async entryDigests(): Promise<string[]> {
    const names = await readdir(join(this.#folder, 'entries'));
    return names.flatMap((name) => ENTRY.exec(name)?.[1] ?? []);
  }

  /** Without the file the document is only fetched again, so that a failure is told and no more. */
  write(name: string, text: string): void {
    try {
      writePrivateFile(join(this.#folder, name), text);
    } catch (error) {
      this.#logger.warn({ err: error }, 'A part of the model catalogue could not be stored.');
    }
  }

  forgetEntry(digest: string): void {
    rm(join(this.#folder, CATALOGUE_FILES.entry(digest)), { force: true }).catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'A catalogue entry could not be removed.');
    });
  }
}
