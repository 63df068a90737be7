import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { GataError } from '../../../shared/gata-error.ts';
import { type LibraryView, libraryViewSchema, providersPageSchema } from '../../../shared/providers-page.ts';
import { contextOf } from '../command-context.ts';
import { type LocalClient, nothingSchema } from '../local-client.ts';
import { libraryText, licenceText, providersText } from '../providers-text.ts';

const LOOK_EVERY_MS = 500;

export function providersCommand(): Command {
  const providers = new Command('providers')
    .description(
      "what this computer's models run on (CUDA, DirectML, WebGPU, processor), and the libraries for it",
    )
    .action(async (_options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const page = await client.get('/v1/providers', providersPageSchema);
      print(page, () => providersText(page));
    });
  providers.addCommand(
    new Command('refresh')
      .description("fetch the network's list of libraries now")
      .action(async (_options: unknown, command: Command) => {
        const { client, print } = contextOf(command);
        const page = await client.send('POST', '/v1/providers/refresh', providersPageSchema);
        print(page, () => providersText(page));
      }),
  );
  providers.addCommand(
    new Command('download')
      .description('download a library after showing its licence, and wait for it')
      .argument('<id>', 'as "gata providers" prints it')
      .option('--accept-licence', 'do not ask')
      .action(async (id: string, { acceptLicence }: Consent, command: Command) => {
        const { client, print } = contextOf(command);
        const library = await findOne(client, id);
        await requireConsent([library], acceptLicence);
        const body = { version: library.version, acceptLicence: true };
        await client.send('POST', `/v1/providers/libraries/${id}/download`, libraryViewSchema, body);
        const ended = await waitForEnd(client, id);
        print(ended, () => libraryText(ended));
      }),
  );
  providers.addCommand(
    new Command('cancel')
      .description('stop a download; the next one goes on where it is')
      .argument('<id>')
      .action(async (id: string, _options: unknown, command: Command) => {
        const { client, print } = contextOf(command);
        const path = `/v1/providers/libraries/${encodeURIComponent(id)}/cancel`;
        print(await client.send('POST', path, nothingSchema), () => 'Stopped.');
      }),
  );
  providers.addCommand(
    new Command('import')
      .description('install a library from a folder, without the network; it must be the signed one')
      .argument('<folder>')
      .option('--accept-licence', 'do not ask')
      .action(async (folder: string, { acceptLicence }: Consent, command: Command) => {
        const { client, print } = contextOf(command);
        const offered = await libraries(client);
        if (offered.length > 0) await requireConsent(offered, acceptLicence);
        const body = { folder: resolve(folder), acceptLicencesOf: offered.map(({ id }) => id) };
        const installed = await client.send(
          'POST',
          '/v1/providers/libraries/import',
          libraryViewSchema,
          body,
        );
        print(installed, () => libraryText(installed));
      }),
  );
  providers.addCommand(
    new Command('remove')
      .description('remove a library from this machine')
      .argument('<id>')
      .action(async (id: string, _options: unknown, command: Command) => {
        const { client, print } = contextOf(command);
        const path = `/v1/providers/libraries/${encodeURIComponent(id)}`;
        print(await client.send('DELETE', path, nothingSchema), () => 'Removed.');
      }),
  );
  return providers;
}

interface Consent {
  readonly acceptLicence?: boolean;
}

async function libraries(client: LocalClient): Promise<LibraryView[]> {
  const { providers } = await client.get('/v1/providers', providersPageSchema);
  return providers.flatMap(({ library }) => library ?? []);
}

/** @throws GataError `not-found`. */
async function findOne(client: LocalClient, id: string): Promise<LibraryView> {
  const { providers, librariesProblem } = await client.get('/v1/providers', providersPageSchema);
  const found = providers.flatMap(({ library }) => library ?? []).find((library) => library.id === id);
  if (found !== undefined) return found;
  const why = librariesProblem ?? 'See "gata providers" for those that there are.';
  throw new GataError('not-found', `There is no library ${id} for this computer. ${why}`);
}

/** Shows the licences, and asks. @throws GataError `cancelled` unless a person at the terminal says yes. */
async function requireConsent(shown: readonly LibraryView[], isGiven: boolean | undefined): Promise<void> {
  process.stderr.write(`${shown.map(licenceText).join('\n\n')}\n`);
  if (isGiven === true) return;
  if (!process.stdin.isTTY) {
    throw new GataError('cancelled', 'Nothing was fetched. Add --accept-licence to accept the licence.');
  }
  using terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Do you accept the licence? Type yes: ');
  if (answer.trim().toLowerCase() !== 'yes') throw new GataError('cancelled', 'Nothing was fetched.');
}

/** Shows the progress on a terminal. @throws GataError with what went wrong. */
async function waitForEnd(client: LocalClient, id: string): Promise<LibraryView> {
  for (;;) {
    const library = await findOne(client, id);
    const isUnderWay = library.state === 'downloading' || library.state === 'verifying';
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${isUnderWay ? libraryText(library) : ''}`);
    if (library.state === 'installed') return library;
    if (!isUnderWay) {
      throw library.problem === null
        ? new GataError('cancelled', 'The download was stopped. It continues where it is.')
        : new GataError('library-refused', library.problem);
    }
    await delay(LOOK_EVERY_MS);
  }
}
