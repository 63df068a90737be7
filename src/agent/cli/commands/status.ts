import { Command } from 'commander';
import { statusSchema } from '../../../shared/local-api.ts';
import { contextOf } from '../command-context.ts';
import { statusText } from '../status-text.ts';

export function statusCommand(): Command {
  return new Command('status')
    .description('what Gata does now, and why')
    .action(async (_options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const status = await client.get('/v1/status', statusSchema);
      print(status, () => statusText(status));
    });
}
