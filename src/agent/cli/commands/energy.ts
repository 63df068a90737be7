import { Command } from 'commander';
import { energyPageSchema } from '../../../shared/local-api.ts';
import { contextOf } from '../command-context.ts';
import { energyText } from '../energy-text.ts';

export function energyCommand(): Command {
  return new Command('energy')
    .description('electricity and earnings by day')
    .option('--days <number>', 'how many days, today included; 1 to 31', '7')
    .action(async ({ days }: { days: string }, command: Command) => {
      const { client, print } = contextOf(command);
      const page = await client.get(`/v1/energy?days=${encodeURIComponent(days)}`, energyPageSchema);
      print(page, () => energyText(page));
    });
}
