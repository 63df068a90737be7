import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import type { CatalogueSource } from '../models/catalogue/catalogue-http.ts';
import type { TrustedCatalogue } from '../models/catalogue/trusted-catalogue.ts';
import type { Machine } from './libraries/machine.ts';
import { ProviderLibraries } from './libraries/provider-libraries.ts';
import { TrustedManifest } from './libraries/trusted-manifest.ts';
import { ProviderBoard, type ProviderTrials } from './provider-board.ts';

export interface ProvidersOptions {
  readonly dataFolder: string;
  /** The folder with `node_modules`, where ONNX Runtime is. */
  readonly programsFolder: string;
  readonly roots: readonly string[];
  readonly catalogue: TrustedCatalogue;
  readonly source: CatalogueSource;
  /** The graphics driver's, of the moment; null: not known. */
  readonly driverVersion: () => string | null;
  readonly trials?: ProviderTrials | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface OpenedProviders extends AsyncDisposable {
  readonly manifest: TrustedManifest;
  readonly libraries: ProviderLibraries;
  readonly board: ProviderBoard;
}

/** @throws GataError `data-folder-unusable` or `disk-full`. */
export async function openProviders(options: ProvidersOptions): Promise<OpenedProviders> {
  const { dataFolder, programsFolder, driverVersion, trials, logger } = options;
  const folder = join(dataFolder, 'providers');
  const machine: Machine = {
    platform: process.platform,
    architecture: process.arch,
    ortVersion: await findOrtVersion(programsFolder, logger),
    driverVersion,
  };
  const manifest = await TrustedManifest.open({ ...options, folder: join(folder, 'lists') });
  const libraries = await ProviderLibraries.open({ folder, manifest, machine, logger });
  return {
    manifest,
    libraries,
    board: new ProviderBoard({ libraries, machine, trials }),
    [Symbol.asyncDispose]: () => libraries[Symbol.asyncDispose](),
  };
}

const packageSchema = z.object({ version: z.string() });
/** Older than every library, so that none is taken for it. */
const NO_RUNTIME = '0.0.0';

async function findOrtVersion(programsFolder: string, logger: Logger): Promise<string> {
  const file = join(programsFolder, 'node_modules', 'onnxruntime-node', 'package.json');
  try {
    return packageSchema.parse(JSON.parse(await readFile(file, 'utf8'))).version;
  } catch (error) {
    logger.warn({ err: error }, 'The version of ONNX Runtime is not known.');
    return NO_RUNTIME;
  }
}
