import { describe, expect, it } from 'vitest';
import {
  ProviderBoard,
  type ProviderBoardParts,
  type ProviderTrial,
} from '../../../src/agent/providers/provider-board.ts';
import { libraryBytes, type ProviderLibrary } from '../../../src/shared/provider-library.ts';
import { type LibraryView, providersPageSchema } from '../../../src/shared/providers-page.ts';
import { testLibrary } from '../../support/test-library.ts';

const { library } = testLibrary('https://libraries.example');

function board(
  platform: NodeJS.Platform,
  offered: readonly ProviderLibrary[],
  view: Partial<LibraryView> = {},
  trials?: ProviderBoardParts['trials'],
): ProviderBoard {
  return new ProviderBoard({
    machine: { platform, ortVersion: '1.30.0' },
    libraries: {
      list: () => [...offered],
      problem: () => (offered.length === 0 ? 'Nothing is offered.' : null),
      view: ({ id, version, licence, files }) =>
        Promise.resolve({
          ...{ id, version, licence, bytes: libraryBytes({ files }) },
          ...{ state: 'not-installed', doneBytes: null, problem: null },
          ...view,
        }),
    },
    trials,
  });
}

const byName = async (from: ProviderBoard) => {
  const page = providersPageSchema.parse(await from.page());
  return new Map(page.providers.map((each) => [each.provider, each]));
};

describe('the page of the providers', () => {
  it.each([
    ['linux', ['tensorrt', 'cuda', 'webgpu', 'cpu']],
    ['win32', ['tensorrt', 'cuda', 'dml', 'webgpu', 'cpu']],
    ['darwin', ['cpu']],
  ] as const)('lists those of %s, the best first', async (platform, names) => {
    const page = await board(platform, []).page();
    expect(page.providers.map(({ provider }) => provider)).toEqual(names);
    expect(page).toMatchObject({ ortVersion: '1.30.0', librariesProblem: 'Nothing is offered.' });
  });

  it('says what a provider lacks that is in no binary of ONNX Runtime', async () => {
    const none = await byName(board('win32', []));
    expect(none.get('cuda')).toMatchObject({ state: 'unavailable', library: null });
    expect(none.get('cuda')?.detail).toContain('the network does not offer');
    expect(none.get('dml')).toMatchObject({ state: 'untested', detail: null });
    const offered = await byName(board('win32', [library]));
    expect(offered.get('cuda')?.detail).toContain('Download it');
    const damaged = await byName(board('win32', [library], { state: 'damaged', problem: 'It was changed.' }));
    expect(damaged.get('cuda')).toMatchObject({ state: 'unavailable', detail: 'It was changed.' });
  });

  it('shows the newest library, and how trials ended', async () => {
    const newer = { ...library, id: 'cuda-new', version: '1.10.0' };
    const older = { ...library, id: 'cuda-old', version: '1.9.0' };
    const trial: ProviderTrial = {
      state: 'working',
      detail: null,
      chosen: true,
      testedAt: '2026-11-20T12:00:00.000Z',
      measurements: [],
    };
    const page = await byName(board('win32', [newer, older], { state: 'installed' }, { view: () => trial }));
    expect(page.get('cuda')).toMatchObject({ ...trial, library: { id: 'cuda-new' } });
    expect(page.get('tensorrt')).toMatchObject({ state: 'unavailable', chosen: false });
  });
});
