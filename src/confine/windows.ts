import { closeSync, writeSync } from 'node:fs';
import { windowsConfinementSchema } from '../shared/windows-confinement.ts';
import { confine } from './windows/confine.win32.ts';

/**
 * Starts a worker confined and waits for it: `node windows.js '<instructions>'`. Its input, output and error output
 * are the worker's; file descriptor 3 takes the report. It ends with the worker's exit code, and the worker ends
 * with it.
 */

/** Nothing was started; the reason is on the error output. */
const EXIT_NOT_CONFINED = 125;
const REPORT = 3;

try {
  const instructions = windowsConfinementSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const code = confine(instructions, (report) => {
    writeSync(REPORT, JSON.stringify(report));
    closeSync(REPORT);
  });
  // Windows' exit codes have 32 bits without a sign.
  process.exit(code | 0);
} catch (error) {
  writeSync(2, `The worker cannot be confined: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(EXIT_NOT_CONFINED);
}
