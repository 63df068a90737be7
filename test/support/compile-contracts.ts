import { ensureContractsCompiled } from '../../scripts/start/compiled-contracts.ts';

/** Before all tests: several files deploy the contracts, at the same time. */
export default function setup(): void {
  ensureContractsCompiled((sentence) => console.log(sentence));
}
