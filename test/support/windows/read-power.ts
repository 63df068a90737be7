import { pino } from 'pino';
import { openPowerSource } from '../../../src/agent/power/open-power-source.ts';

/** Runs on Windows: writes what the power source says, as one JSON line. */
const logger = pino({ level: 'info' }, process.stderr);
const startedMs = performance.now();
using source = await openPowerSource(logger);
process.stdout.write(
  `${JSON.stringify({ onBattery: source.onBattery(), tookMs: performance.now() - startedMs })}\n`,
);
