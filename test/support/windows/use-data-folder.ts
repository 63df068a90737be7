import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeEndpointFile } from '../../../src/agent/api/endpoint-file.ts';
import { prepareDataFolder } from '../../../src/agent/data-folder.ts';
import { InstanceLock } from '../../../src/agent/instance-lock.ts';
import { NoticeBoard } from '../../../src/agent/notice-board.ts';
import { processMark } from '../../../src/agent/policy/process-mark.ts';
import { RotatingLogFile } from '../../../src/agent/rotating-log-file.ts';
import { SettingsStore } from '../../../src/agent/settings/settings-store.ts';
import { systemClock } from '../../../src/shared/clock.ts';

/** Uses the data folder named on the command line as an agent does, and prints what came of it as JSON. */
const dataFolder = await prepareDataFolder(process.argv[2] ?? '');
const lock = await InstanceLock.acquire(dataFolder);
lock.publish('http://127.0.0.1:7420');
const refusal = await InstanceLock.acquire(dataFolder).then(
  () => 'taken twice',
  (error: unknown) => String(error),
);
const tokens = { ui: 'u', launcher: 'l', read: 'r' };
writeEndpointFile(dataFolder, { port: 1, pid: process.pid, version: '0.0.0', tokens });
const endpoint = writeEndpointFile(dataFolder, { port: 2, pid: process.pid, version: '0.0.0', tokens });
const endpointPort: unknown = JSON.parse(readFileSync(join(dataFolder, 'agent.json'), 'utf8')).port;
endpoint[Symbol.dispose]();
const settings = new SettingsStore({ dataFolder, notices: new NoticeBoard(systemClock), clock: systemClock });
settings.update({ appearance: { theme: 'dark' } });
settings.update({ appearance: { theme: 'light' } });
const log = new RotatingLogFile({ path: join(dataFolder, 'agent.log'), bytesLimit: 5, filesLimit: 2 });
for (const line of ['first\n', 'second\n', 'third\n']) log.write(line);
log[Symbol.dispose]();
await lock[Symbol.asyncDispose]();
console.log(
  JSON.stringify({
    refusal,
    endpointPort,
    runs: [processMark(process.pid) !== undefined, processMark(999_999) !== undefined],
    files: readdirSync(dataFolder).sort(),
    log: readFileSync(join(dataFolder, 'agent.log'), 'utf8'),
    pid: process.pid,
  }),
);
