import { Command } from 'commander';
import { contextOf } from '../command-context.ts';

export function openCommand(): Command {
  return new Command('open')
    .description("print the dashboard's address, with the token it needs")
    .action((_options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const url = client.dashboardUrl();
      print({ url }, () => url);
    });
}
