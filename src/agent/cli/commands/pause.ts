import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { statusSchema } from '../../../shared/local-api.ts';
import { contextOf } from '../command-context.ts';
import { statusText } from '../status-text.ts';

const pauseOptionsSchema = z.object({
  minutes: z.number().optional(),
  until: z.enum(['games-end', 'resumed']).default('resumed'),
});

export function pauseCommand(): Command {
  return new Command('pause')
    .description('stop all jobs; without an option until resumed')
    .addOption(new Option('--minutes <n>', 'for so many minutes').argParser(parseMinutes).conflicts('until'))
    .addOption(
      new Option('--until <moment>', 'until you stop playing, or until you resume').choices([
        'games-end',
        'resumed',
      ]),
    )
    .action(async (options: unknown, command: Command) => {
      const { minutes, until } = pauseOptionsSchema.parse(options);
      const { client, print } = contextOf(command);
      const body = minutes === undefined ? { until } : { minutes };
      const status = await client.send('POST', '/v1/pause', statusSchema, body);
      print(status, () => statusText(status));
    });
}

export function resumeCommand(): Command {
  return new Command('resume')
    .description("end your pause; games that run and launchers' leases still pause")
    .action(async (_options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const status = await client.send('POST', '/v1/resume', statusSchema);
      print(status, () => statusText(status));
    });
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new InvalidArgumentError('It takes a number above 0.');
  return minutes;
}
