import { closeSync, openSync, readSync, statSync, watch } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { logFolder, newestLogFile } from '../../log.ts';
import { readLastLogLines } from '../../log-reader.ts';
import { contextOf } from '../command-context.ts';

const logsOptionsSchema = z.object({ lines: z.int(), follow: z.boolean().default(false) });

/** Reads the files themselves, so that it also works when the agent has crashed. */
export function logsCommand(): Command {
  return new Command('logs')
    .description("the agent's log, one JSON object a line")
    .option('-n, --lines <n>', 'how many of the last lines', parseLines, 50)
    .option('-f, --follow', 'go on with new lines')
    .action((options: unknown, command: Command) => {
      const { lines, follow } = logsOptionsSchema.parse(options);
      const { dataFolder, print } = contextOf(command);
      const follower = follow ? new LogFollower(dataFolder) : undefined;
      const last = readLastLogLines(dataFolder, lines);
      if (follower !== undefined) {
        process.stdout.write(last.map((line) => `${line}\n`).join(''));
        follower.start();
      } else {
        print({ lines: last }, () => last.join('\n'));
      }
    });
}

function parseLines(text: string): number {
  const lines = Number(text);
  if (!Number.isInteger(lines) || lines < 1)
    throw new InvalidArgumentError('It takes a whole number from 1.');
  return lines;
}

/** Prints what is appended to the log until the process is ended, over the log's rotation. */
class LogFollower {
  readonly #folder: string;
  readonly #path: string;
  #file: { inode: number; position: number };

  constructor(dataFolder: string) {
    this.#folder = logFolder(dataFolder);
    this.#path = newestLogFile(dataFolder);
    const { ino, size } = statSync(this.#path);
    this.#file = { inode: ino, position: size };
  }

  start(): void {
    watch(this.#folder, () => this.#printNew());
    this.#printNew();
  }

  #printNew(): void {
    const stats = statSync(this.#path, { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (stats.ino !== this.#file.inode) this.#file = { inode: stats.ino, position: 0 };
    const descriptor = openSync(this.#path, 'r');
    try {
      const bytes = Buffer.alloc(Math.max(0, stats.size - this.#file.position));
      this.#file.position += readSync(descriptor, bytes, 0, bytes.length, this.#file.position);
      process.stdout.write(bytes);
    } finally {
      closeSync(descriptor);
    }
  }
}
