import { closeSync, writeSync } from 'node:fs';
import {
  EXIT_NOT_CONFINED,
  EXIT_NOT_STARTED,
  windowsConfinementSchema,
} from '../shared/windows-confinement.ts';
import { confine } from './windows/confine.win32.ts';
import { WorkerNotStarted } from './windows/confinement-error.ts';

/**
 * Starts a worker confined and waits for it: `node windows.js '<instructions>'`. Its input, output and error output
 * are the worker's; file descriptor 3 takes the report. It ends with the worker's exit code, and the worker ends
 * with it. When nothing was started, the error output says why.
 */

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
  process.exit(error instanceof WorkerNotStarted ? EXIT_NOT_STARTED : EXIT_NOT_CONFINED);
}
