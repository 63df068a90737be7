import { GuardProcess } from './guard-process.ts';

/** An agent that a test can kill: starts a guard, holds 150 W on every card, and prints the guard's pid. */
const [journalPath = '', libraryPath = ''] = process.argv.slice(2);
const guard = new GuardProcess({ journalPath, libraryPath });
const { devices } = await guard.message('devices');
for (const { uuid } of devices) await guard.hold(uuid, 150_000, 70);
guard.send({ type: 'sample', everyMs: 50 });
console.log(guard.pid);
