import { closeSync, readFileSync } from 'node:fs';
import { ConfinementFailed } from './confinement-failed.ts';

const DESCRIPTOR = 4;
/** struct sock_filter. */
const INSTRUCTION_BYTES = 8;
/** BPF_MAXINSNS */
const INSTRUCTIONS_LIMIT = 4096;

/** The system-call filter that the agent sends, whole instructions. */
export function readFilter(): Uint8Array {
  const filter = read();
  const instructions = filter.byteLength / INSTRUCTION_BYTES;
  if (!Number.isInteger(instructions) || instructions < 1 || instructions > INSTRUCTIONS_LIMIT) {
    throw new ConfinementFailed('filter', `${filter.byteLength} bytes are no system-call filter`);
  }
  return filter;
}

function read(): Uint8Array {
  try {
    const filter = readFileSync(DESCRIPTOR);
    closeSync(DESCRIPTOR);
    return filter;
  } catch (error) {
    throw new ConfinementFailed('filter', `the filter cannot be read: ${String(error)}`, { cause: error });
  }
}
