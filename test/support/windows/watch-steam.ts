import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { createSteamApp } from '../../../src/agent/games/signals/steam-app.win32.ts';
import { Actor } from './actor.ts';
import { waitFor } from './wait-for.ts';

/** Runs on Windows: what the signal says while programs write what Steam writes; one JSON line. */
const [program = ''] = process.argv.slice(2);
const steamProgram = join(import.meta.dirname, 'Steam.exe');
copyFileSync(program, steamProgram);
const delaysMs: number[] = [];
let atStart: number | null = null;
// In a block: bundled, a module forgets what it uses at its top.
{
  using signal = createSteamApp(pino({ level: 'warn' }, process.stderr));
  await using other = new Actor(program);
  {
    await using steam = new Actor(steamProgram);
    const write = async (who: Actor, command: string, app: number | null) => {
      const doneAtMs = await who.tell(command);
      delaysMs.push(Math.max(0, (await waitFor(signal, (value) => value === app)) - doneAtMs));
    };
    await steam.tell('steam 0 0');
    await signal.start();
    atStart = signal.value;
    await write(steam, 'steam 620 0', 620);
    await write(steam, 'steam 0 0', 0);
    await write(steam, 'steam 4294967295 0', 4_294_967_295);
    // A process that is not Steam has Steam's number.
    await write(other, 'steam 620 0', 0);
    await write(steam, 'steam 730 0', 730);
  }
  // Steam is gone and could not say that the game ended.
  await waitFor(signal, (value) => value === 0);
  await other.tell('forget-steam');
  await waitFor(signal, (value) => value === null);
}
process.stdout.write(`${JSON.stringify({ atStart, delaysMs })}\n`);
