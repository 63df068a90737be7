import { providerLibraryIdSchema } from '../../src/shared/provider-library.ts';
import {
  downloadLibraryRequestSchema,
  type LibraryView,
  type ProvidersPage,
  providersPageSchema,
} from '../../src/shared/providers-page.ts';

const UNTESTED = {
  state: 'untested',
  detail: null,
  chosen: false,
  testedAt: null,
  measurements: [],
  library: null,
} as const;

const CUDA_LIBRARY: LibraryView = {
  id: 'cuda-linux-x64',
  version: '1.0.0',
  bytes: 420_000_000,
  licence: {
    name: 'Test licence',
    url: 'https://licence.example/text',
    text: 'Do as you please.\n'.repeat(30),
  },
  state: 'not-installed',
  doneBytes: null,
  problem: null,
};

/** The providers of the fake agent of browser tests. */
export class DashboardProviders {
  page: ProvidersPage = {
    providers: [
      {
        ...UNTESTED,
        provider: 'tensorrt',
        state: 'unavailable',
        detail: 'It needs a library.',
        measurements: [],
      },
      { ...UNTESTED, provider: 'cuda', measurements: [] },
      { ...UNTESTED, provider: 'webgpu', state: 'working', chosen: true, measurements: [] },
      { ...UNTESTED, provider: 'cpu', state: 'working', measurements: [] },
    ],
    ortVersion: '1.30.0',
    librariesProblem: 'The network offers no provider libraries yet.',
  };

  /** Puts a library of CUDA into the page. */
  put(changes: Partial<LibraryView>): void {
    const providers = this.page.providers.map((each) =>
      each.provider === 'cuda'
        ? { ...each, library: { ...CUDA_LIBRARY, ...each.library, ...changes } }
        : each,
    );
    this.page = { ...this.page, providers, librariesProblem: null };
  }

  /** @returns undefined for a call that is not about providers. */
  answer(call: string, body: unknown): { status: number; body: unknown } | undefined {
    if (call === 'GET /v1/providers') return { status: 200, body: providersPageSchema.parse(this.page) };
    const [, method, id, action] = /^(\w+) \/v1\/providers\/libraries\/([^/]+)(\/\w+)?$/.exec(call) ?? [];
    if (method === undefined) return undefined;
    providerLibraryIdSchema.parse(id);
    if (action === '/download') {
      downloadLibraryRequestSchema.parse(body);
      this.put({ state: 'downloading', doneBytes: 0, problem: null });
      return { status: 200, body: CUDA_LIBRARY };
    }
    this.put({ state: 'not-installed', doneBytes: null });
    return { status: 204, body: undefined };
  }
}
