import type { ModelManifest } from '../../../shared/model-manifest.ts';
import type { AdmissionReport } from './admission-report.ts';
import type { BundleFile } from './inspect-bundle.ts';

/** Looks at the files of a bundle before anything loads them. */
export interface BundleInspector {
  /**
   * What is found; files that cannot be inspected are a finding too.
   * @throws the signal's reason.
   */
  inspect(
    files: readonly BundleFile[],
    tasks: ModelManifest['tasks'],
    signal: AbortSignal,
  ): Promise<AdmissionReport>;
}
