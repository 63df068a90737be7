import path from 'node:path';
import { pino } from 'pino';
import type { ApiProviders } from '../../src/agent/api/api-parts.ts';
import { ProviderLibraries } from '../../src/agent/providers/libraries/provider-libraries.ts';
import { ProviderBoard } from '../../src/agent/providers/provider-board.ts';
import type { ProviderLibrary } from '../../src/shared/provider-library.ts';

/** The providers of a computer with Linux, where the network offers these libraries. */
export async function setProviders(
  dataFolder: string,
  offered: readonly ProviderLibrary[] = [],
): Promise<ApiProviders & AsyncDisposable> {
  const machine = {
    platform: 'linux',
    architecture: 'x64',
    ortVersion: '1.30.0',
    driverVersion: () => null,
  } as const;
  const libraries = await ProviderLibraries.open({
    folder: path.join(dataFolder, 'providers'),
    manifest: {
      libraries: () => offered,
      problem: () => (offered.length === 0 ? 'The network offers no provider libraries yet.' : null),
      staleProblem: () => null,
      refresh: () => Promise.resolve(true),
    },
    machine,
    logger: pino({ level: 'silent' }),
    retryDelaysMs: [],
  });
  return {
    libraries,
    board: new ProviderBoard({ libraries, machine }),
    [Symbol.asyncDispose]: () => libraries[Symbol.asyncDispose](),
  };
}
