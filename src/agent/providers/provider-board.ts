import { preferredProviders } from '../../shared/execution-provider.ts';
import type { PluginProvider, ProviderLibrary } from '../../shared/provider-library.ts';
import type { LibraryView, ProviderName, ProvidersPage, ProviderView } from '../../shared/providers-page.ts';
import type { Machine } from './libraries/machine.ts';
import type { ProviderLibraries } from './libraries/provider-libraries.ts';

/** What was found out about a provider by trying it. */
export type ProviderTrial = Pick<ProviderView, 'state' | 'detail' | 'chosen' | 'testedAt' | 'measurements'>;

/** Knows how the providers did on this machine. */
export interface ProviderTrials {
  view(provider: ProviderName): ProviderTrial;
}

export interface ProviderBoardParts {
  readonly libraries: Pick<ProviderLibraries, 'list' | 'view' | 'problem'>;
  readonly machine: Pick<Machine, 'platform' | 'ortVersion'>;
  /** Without it, nothing was tried. */
  readonly trials?: ProviderTrials | undefined;
}

/** Taught by a library where it is not in ONNX Runtime's own binaries; the best first. */
const PLUGINS: readonly PluginProvider[] = ['tensorrt', 'cuda'];

const NEVER_TRIED: ProviderTrial = {
  state: 'untested',
  detail: null,
  chosen: false,
  testedAt: null,
  measurements: [],
};

/** What a person sees of the execution providers, and of the libraries that some of them need. */
export class ProviderBoard {
  readonly #parts: ProviderBoardParts;

  constructor(parts: ProviderBoardParts) {
    this.#parts = parts;
  }

  async page(): Promise<ProvidersPage> {
    const { libraries, machine } = this.#parts;
    const offered = libraries.list();
    const providers: ProviderView[] = [];
    for (const provider of providersOf(machine.platform)) {
      // The newest, where the network offers several.
      const library = offered
        .filter((each) => each.provider === provider)
        .toSorted(byVersion)
        .at(-1);
      const view = library === undefined ? null : await libraries.view(library);
      providers.push(this.#viewOf(provider, view));
    }
    return { providers, ortVersion: machine.ortVersion, librariesProblem: libraries.problem() };
  }

  #viewOf(provider: ProviderName, library: LibraryView | null): ProviderView {
    const trial = this.#parts.trials?.view(provider) ?? NEVER_TRIED;
    const isBuiltIn = preferredProviders(this.#parts.machine.platform).some((each) => each === provider);
    if (isBuiltIn || library?.state === 'installed') return { provider, ...trial, library };
    return { provider, ...trial, state: 'unavailable', chosen: false, detail: detailOf(library), library };
  }
}

/** All that this platform may have, the best first. */
function providersOf(platform: NodeJS.Platform): ProviderName[] {
  const builtIn = preferredProviders(platform);
  if (platform !== 'linux' && platform !== 'win32') return builtIn;
  return [...new Set<ProviderName>([...PLUGINS, ...builtIn])];
}

function detailOf(library: LibraryView | null): string {
  if (library === null) return 'It needs a library, which the network does not offer for this computer.';
  switch (library.state) {
    case 'not-installed':
      return library.problem ?? 'It needs a library. Download it, or import it from a folder.';
    case 'downloading':
    case 'verifying':
      return 'Its library is being fetched.';
    case 'damaged':
      return library.problem ?? 'Its library is damaged. Remove it and download it again.';
    case 'installed':
      return library.problem ?? 'Its library is here.';
  }
}

function byVersion(a: ProviderLibrary, b: ProviderLibrary): number {
  return a.version.localeCompare(b.version, 'en', { numeric: true });
}
