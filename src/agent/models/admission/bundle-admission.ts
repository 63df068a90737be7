import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { GataError } from '../../../shared/gata-error.ts';
import type { ModelManifest } from '../../../shared/model-manifest.ts';
import { writePrivateFile } from '../../private-file.ts';
import {
  ADMISSION_RULES_VERSION,
  type AdmissionReport,
  admissionReportSchema,
  describeReason,
  describeRefusal,
} from './admission-report.ts';
import type { BundleInspector } from './bundle-inspector.ts';

export interface BundleAdmissionOptions {
  /** Keeps one report a bundle. */
  readonly folder: string;
  readonly inspector: BundleInspector;
  readonly logger: Logger;
}

/**
 * Lets a bundle be used only when its inspection has found nothing. A bundle is inspected once: its report is kept
 * under its digest, and holds for those very bytes until the rules change.
 */
export class BundleAdmission {
  readonly #options: BundleAdmissionOptions;

  constructor(options: BundleAdmissionOptions) {
    this.#options = options;
  }

  /**
   * @param locationOf where a file's verified bytes lie.
   * @throws GataError `model-refused` with every reason in words, or the signal's reason.
   */
  async require(
    digest: string,
    manifest: ModelManifest,
    locationOf: (file: ModelManifest['files'][number]) => string,
    signal: AbortSignal,
  ): Promise<void> {
    const report = (await this.#read(digest)) ?? (await this.#inspect(digest, manifest, locationOf, signal));
    if (!report.admitted) throw refused(manifest, report);
  }

  /** @throws GataError `model-refused` when the bundle is known to be refused, so that it is not even fetched. */
  async requireNotRefused(digest: string, manifest: ModelManifest): Promise<void> {
    const report = await this.#read(digest);
    if (report !== undefined && !report.admitted) throw refused(manifest, report);
  }

  /** Drops what is known of a bundle that is no longer here. */
  async forget(digest: string): Promise<void> {
    await rm(this.#path(digest), { force: true });
  }

  async #inspect(
    digest: string,
    manifest: ModelManifest,
    locationOf: (file: ModelManifest['files'][number]) => string,
    signal: AbortSignal,
  ): Promise<AdmissionReport> {
    const { inspector, logger } = this.#options;
    const files = manifest.files.map((file) => ({
      path: file.path,
      bytes: file.bytes,
      location: locationOf(file),
    }));
    const startedMs = performance.now();
    const report = await inspector.inspect(files, manifest.tasks, signal);
    const tookMs = Math.round(performance.now() - startedMs);
    const { admitted, reasons, facts } = report;
    logger.info({ model: manifest.id, digest, admitted, tookMs, ...facts }, 'A model was inspected.');
    if (!admitted)
      logger.warn(
        { model: manifest.id, digest, reasons: reasons.map(describeReason) },
        'A model is refused.',
      );
    // What could not be inspected may have failed for want of memory; it is tried again.
    const isFinal = !reasons.some(({ code }) => code === 'inspection-failed');
    if (isFinal) await this.#write(digest, report);
    return report;
  }

  #path(digest: string): string {
    return join(this.#options.folder, `${digest}.json`);
  }

  /** The report of an inspection by the rules of today. */
  async #read(digest: string): Promise<AdmissionReport | undefined> {
    const text = await readFile(this.#path(digest), 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      const report = admissionReportSchema.parse(JSON.parse(text));
      return report.rulesVersion === ADMISSION_RULES_VERSION ? report : undefined;
    } catch {
      await rm(this.#path(digest), { force: true });
      return undefined;
    }
  }

  /** Without its report a bundle is inspected again at the next start, so a failure is only told. */
  async #write(digest: string, report: AdmissionReport): Promise<void> {
    try {
      await mkdir(this.#options.folder, { recursive: true });
      writePrivateFile(this.#path(digest), `${JSON.stringify(report)}\n`);
    } catch (error) {
      this.#options.logger.warn({ err: error, digest }, 'The report of an inspection could not be kept.');
    }
  }
}

function refused(manifest: ModelManifest, report: AdmissionReport): GataError {
  return new GataError('model-refused', `Gata does not run ${manifest.id}: ${describeRefusal(report)}.`);
}
