import { GataError } from '../shared/gata-error.ts';
import {
  INSTALL_HELP,
  type InstallArguments,
  parseInstallArguments,
} from './helper/install/install-arguments.ts';
import { InstallError } from './helper/install/install-error.ts';
import { openInstaller } from './helper/install/open-installer.ts';

const EXIT_ERROR = 1;
const EXIT_WRONG_FLAGS = 2;

const log = (line: string): void => console.error(line);

async function perform(command: InstallArguments | 'help'): Promise<void> {
  if (command === 'help') {
    console.log(INSTALL_HELP);
    return;
  }
  // What is installed must be readable for everybody, and writable for nobody else.
  process.umask(0o022);
  const installer = await openInstaller(command, import.meta.dirname, log);
  if (command.verb === 'install') await installer.install();
  else if (command.verb === 'remove') await installer.remove();
  else console.log(JSON.stringify(await installer.status()));
}

try {
  await perform(parseInstallArguments(process.argv.slice(2), process.platform));
} catch (error) {
  const isWrongFlag = error instanceof GataError && error.code === 'invalid-request';
  const isExpected = isWrongFlag || error instanceof InstallError;
  log(isExpected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = isWrongFlag ? EXIT_WRONG_FLAGS : EXIT_ERROR;
}
