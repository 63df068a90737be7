import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { helperFiles } from '../../../src/gpu/helper/install/helper-files.ts';
import { WindowsInstaller } from '../../../src/gpu/helper/install/windows-installer.ts';
import { openNvmlCards } from '../../../src/gpu/helper/nvml-cards.ts';
import { Win32ServiceApi } from '../../../src/gpu/helper/windows/service-api.win32.ts';
import { SERVICE_NAME } from '../../../src/gpu/helper/windows/service-name.ts';
import { HELPER_PIPE_PATH } from '../../../src/shared/gpu-helper-protocol.ts';

/**
 * Runs on Windows: installs the built helper as a service into a folder, uses it on the fake `nvml.dll`, and removes
 * it; prints JSON.
 */
const [bundleFolder = '', library = '', programFiles = ''] = process.argv.slice(2);
const services = new Win32ServiceApi();
const log: string[] = [];
const installer = new WindowsInstaller({
  services,
  programFiles,
  files: () => helperFiles(bundleFolder, 'win32'),
  sid: 'S-1-5-32-545',
  log: (line) => log.push(line),
});
const folder = `${programFiles}\\Gata GPU Helper`;

await installer.install();
await installer.install();
const status = await installer.status();
const files = readdirSync(folder).sort();
await restartWith(library);
const cards = openNvmlCards(library).cards;
const present = () => cards[0]?.getPowerLimitMilliwatts();
const [answer, socket] = await hold(cards[0]?.uuid ?? '');
const held = present();
await installer.remove();
socket.destroy();
const left = [existsSync(folder), services.state(SERVICE_NAME), present(), readdirSync(programFiles)];
console.log(JSON.stringify({ status, files, answer, held, left, log }));
process.exit();

/** The installed service, on a driver that is not where drivers are. */
async function restartWith(nvmlLibrary: string): Promise<void> {
  services.stop(SERVICE_NAME);
  while (services.state(SERVICE_NAME) !== 'stopped') await sleep(50);
  const part = (name: string) => `"${folder}\\${name}"`;
  services.install({
    name: SERVICE_NAME,
    displayName: 'Gata GPU helper',
    description: 'In a test.',
    commandLine: `${part('node.exe')} --jitless ${part('helper.js')} --journal ${part('state\\limits.json')} --service --idle-seconds 0 --allow-sid S-1-5-32-545 --nvml-library "${nvmlLibrary}"`,
  });
  services.start(SERVICE_NAME);
  while (services.state(SERVICE_NAME) !== 'running') await sleep(50);
}

async function hold(uuid: string) {
  const socket = await connect();
  const lines = createInterface(socket);
  const limits = { powerLimitMilliwatts: 140_000, acousticThresholdC: null };
  socket.write(`${JSON.stringify({ verb: 'hold', uuid, limits })}\n`);
  const [line] = await once(lines, 'line');
  return [JSON.parse(line), socket] as const;
}

/** The service says that it runs a moment before its pipe is there. */
async function connect() {
  for (;;) {
    const socket = createConnection(HELPER_PIPE_PATH);
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      await sleep(100);
    }
  }
}
