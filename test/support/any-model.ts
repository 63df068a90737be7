import type { ModelGate } from '../../src/agent/models/model-gate.ts';

/** Lets every model run: for tests of what comes after the catalogue. */
export const ANY_MODEL: ModelGate = {
  judge: () => ({ state: 'signed', keyId: '0123456789abcdef', detail: null }),
  admit: async () => {},
  forget: () => {},
};
