import type { LibraryView, ProvidersPage, ProviderView } from '../../shared/providers-page.ts';

/** All providers for a terminal: how they did, why not, and the libraries they need. */
export function providersText({ providers, ortVersion, librariesProblem }: ProvidersPage): string {
  return [
    `ONNX Runtime ${ortVersion}`,
    ...providers.map(providerText),
    ...(librariesProblem === null ? [] : [librariesProblem]),
  ].join('\n');
}

function providerText({ provider, state, chosen, detail, measurements, library }: ProviderView): string {
  return [
    `${provider.padEnd(9)} ${state}${chosen ? '  used first' : ''}${detail === null ? '' : `  ${detail}`}`,
    ...measurements.map(
      ({ kind, correct, perSecond }) =>
        `  ${kind}: ${correct ? 'correct' : 'WRONG'}${perSecond === null ? '' : `, ${perSecond.toPrecision(3)} a second`}`,
    ),
    ...(library === null ? [] : [`  ${libraryText(library)}`]),
    ...(library?.problem == null || library.problem === detail ? [] : [`  ${library.problem}`]),
  ].join('\n');
}

export function libraryText(library: LibraryView): string {
  const { id, version, bytes, licence, state, doneBytes } = library;
  const progress = doneBytes === null ? '' : ` ${Math.floor((100 * doneBytes) / bytes)} %`;
  return `${id} ${version}  ${state}${progress}  ${megabytes(bytes)}  ${licence.name}`;
}

/** What a person has to know before a library is fetched. */
export function licenceText({ id, version, bytes, licence }: LibraryView): string {
  return [
    `${id} ${version}, ${megabytes(bytes)}`,
    `  licence   ${licence.name}`,
    `            ${licence.url}`,
    ...(licence.text === '' ? [] : ['', licence.text]),
  ].join('\n');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
