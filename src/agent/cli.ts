#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { GataError } from '../shared/gata-error.ts';
import { energyCommand } from './cli/commands/energy.ts';
import { gamesCommand } from './cli/commands/games.ts';
import { governanceCommand } from './cli/commands/governance.ts';
import { gpuCommand } from './cli/commands/gpu.ts';
import { logsCommand } from './cli/commands/logs.ts';
import { modelsCommand } from './cli/commands/models.ts';
import { openCommand } from './cli/commands/open.ts';
import { pauseCommand, resumeCommand } from './cli/commands/pause.ts';
import { providersCommand } from './cli/commands/providers.ts';
import { settingsCommand } from './cli/commands/settings.ts';
import { statusCommand } from './cli/commands/status.ts';
import { walletCommand } from './cli/commands/wallet.ts';
import { AGENT_VERSION } from './version.ts';

const EXIT_ERROR = 1;
const EXIT_USAGE = 2;
const EXIT_NO_AGENT = 3;

const program = new Command('gata')
  .description('Sees and steers the Gata agent of this machine.')
  .version(AGENT_VERSION)
  .option('--json', 'print one line of JSON')
  .option('--data-dir <folder>', "the agent's data folder")
  .addHelpText('after', '\nExit codes: 0 done, 1 refused or failed, 2 wrong use, 3 no agent runs.')
  .exitOverride();
for (const command of [
  statusCommand(),
  pauseCommand(),
  resumeCommand(),
  gamesCommand(),
  gpuCommand(),
  logsCommand(),
  energyCommand(),
  settingsCommand(),
  modelsCommand(),
  providersCommand(),
  walletCommand(),
  governanceCommand(),
  openCommand(),
]) {
  program.addCommand(withSharedOptions(command));
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Lets `--json` and `--data-dir` stand after the command too. */
function withSharedOptions(command: Command): Command {
  command
    .option('--json', 'print one line of JSON')
    .option('--data-dir <folder>', "the agent's data folder")
    .exitOverride();
  for (const subcommand of command.commands) withSharedOptions(subcommand);
  return command;
}

/** Prints what went wrong and returns the exit code. */
function report(error: unknown): number {
  // Commander has printed it already; asking for help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const known = error instanceof GataError ? error : undefined;
  const isJson = process.argv.includes('--json');
  if (known !== undefined && isJson) process.stdout.write(`${JSON.stringify(known.toBody())}\n`);
  else process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  return known?.code === 'agent-unreachable' ? EXIT_NO_AGENT : EXIT_ERROR;
}
