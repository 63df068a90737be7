import { ADMISSION_RULES_VERSION } from '../../src/agent/models/admission/admission-report.ts';
import type { BundleInspector } from '../../src/agent/models/admission/bundle-inspector.ts';

/** Admits every bundle: for tests whose models are random bytes. */
export const ANY_BUNDLE: BundleInspector = {
  inspect: async () => ({
    rulesVersion: ADMISSION_RULES_VERSION,
    admitted: true,
    reasons: [],
    stoppedEarly: false,
    facts: { graphs: 0, nodes: 0, initialisers: 0, bytesInspected: 0 },
  }),
};
