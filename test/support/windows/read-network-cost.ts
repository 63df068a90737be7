import { pino } from 'pino';
import { createMeteredNetwork } from '../../../src/agent/games/signals/metered-network.win32.ts';
import { NetworkCost } from '../../../src/agent/games/signals/network-cost.win32.ts';

const LOOKS = 20;

/** Runs on Windows: what Windows says of the network; one JSON line. */
async function readMetered(): Promise<boolean | null> {
  using signal = createMeteredNetwork(pino({ level: 'warn' }, process.stderr));
  await signal.start();
  return signal.value;
}

async function readCosts(): Promise<number[]> {
  using cost = new NetworkCost();
  const costs: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) costs.push(await cost.read());
  return costs;
}

const metered = await readMetered();
const startedMs = performance.now();
const costs = await readCosts();
const tookMs = (performance.now() - startedMs) / LOOKS;
// Disposed while Windows is asked: the answer still comes, and nothing is asked again.
const closing = new NetworkCost();
const last = closing.read();
const second = await closing.read().then(String, String);
closing[Symbol.dispose]();
const lastCost = await last;
const afterwards = await closing.read().then(String, String);
process.stdout.write(`${JSON.stringify({ metered, costs, tookMs, second, lastCost, afterwards })}\n`);
