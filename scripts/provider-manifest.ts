// `npm run provider-manifest -- describe|sign|show`: the operator's tool for the signed list of provider libraries.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { sha256OfFile } from '../src/agent/downloads/file-hash.ts';
import { CatalogueOffice } from '../src/gateway/catalogue/catalogue-office.ts';
import { KeySafe } from '../src/gateway/catalogue/key-safe.ts';
import { PublishedCatalogue } from '../src/gateway/catalogue/published-catalogue.ts';
import { CatalogueFault } from '../src/shared/catalogue-fault.ts';
import { systemClock } from '../src/shared/clock.ts';
import { GataError } from '../src/shared/gata-error.ts';
import { libraryBytes, type ProviderLibrary, providerLibrarySchema } from '../src/shared/provider-library.ts';

const PASSPHRASE_VARIABLE = 'GATA_CATALOGUE_PASSPHRASE';

const program = new Command('provider-manifest')
  .description(
    'Signs the libraries of execution providers that nodes may load. docs/providers.md explains it.',
  )
  .option('--keys <folder>', 'the private keys; keep them off the gateway', 'catalogue-keys')
  .option('--catalogue <folder>', 'what is published; the gateway serves it with --catalogue', 'catalogue')
  .addHelpText('after', `\nKeys are encrypted with ${PASSPHRASE_VARIABLE} where it is set.`)
  .exitOverride();
program
  .command('describe')
  .description('print the "files" of a library: name, address, size and SHA-256 of all that lies in a folder')
  .argument('<folder>', 'the files exactly as they are downloaded')
  .requiredOption('--base-url <url>', 'where files of these names are downloaded from')
  .action(async (folder: string, { baseUrl }: { baseUrl: string }) => {
    print(JSON.stringify(await filesIn(path.resolve(folder), baseUrl), null, 2));
  });
program
  .command('sign')
  .description(
    'publish the libraries of these JSON files in the place of all those before; none: withdraw them',
  )
  .argument('[files...]', 'a library each')
  .action(async (files: string[]) => {
    const libraries = await Promise.all(files.map(readLibrary));
    const { sequence } = await office().signProviderLibraries(libraries);
    print(`published list ${sequence}`);
    for (const library of libraries) print(libraryText(library));
  });
program
  .command('show')
  .description('what is published')
  .action(async () => {
    const signed = await published().providerManifest();
    if (signed === undefined) throw new GataError('not-found', 'No provider libraries are published here.');
    print(`list ${signed.payload.sequence} of ${signed.payload.issuedAt}`);
    for (const library of signed.payload.libraries) print(libraryText(library));
  });

for (const command of program.commands) command.exitOverride();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function published(): PublishedCatalogue {
  return new PublishedCatalogue(path.resolve(program.opts<{ catalogue: string }>().catalogue));
}

function office(): CatalogueOffice {
  const passphrase = process.env[PASSPHRASE_VARIABLE] || undefined;
  const keys = new KeySafe(path.resolve(program.opts<{ keys: string }>().keys), passphrase);
  return new CatalogueOffice({ keys, published: published(), clock: systemClock });
}

async function readLibrary(file: string): Promise<ProviderLibrary> {
  const parsed = providerLibrarySchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new GataError('invalid-request', `${file} is not a library: ${z.prettifyError(parsed.error)}`);
}

async function filesIn(folder: string, baseUrl: string): Promise<ProviderLibrary['files']> {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const url = new URL(name, baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`).href;
      return { name, url, bytes: (await stat(file)).size, sha256: await sha256OfFile(file) };
    }),
  );
}

function libraryText(library: ProviderLibrary): string {
  const { id, version, provider, platform, architecture, ortApiVersion, licence, files } = library;
  return `  ${id} ${version}  ${provider} for ${platform} ${architecture}, ORT API ${ortApiVersion}, ${files.length} files of ${libraryBytes(library)} bytes, ${licence.name}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Says what went wrong and returns the exit code. */
function report(error: unknown): number {
  // Commander has printed it already; asking for help is no error.
  if (error instanceof CommanderError) return error.exitCode;
  const known = error instanceof GataError || error instanceof CatalogueFault;
  const text = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  process.stderr.write(`error: ${known ? `${error.message} (${error.code})` : text}\n`);
  return 1;
}
