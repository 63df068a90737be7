import { GataError } from '../../../shared/gata-error.ts';
import { isFetchable, type LibraryFile } from '../../../shared/provider-library.ts';
import { bytesOfResponse, type FileBytes, type FileSource } from '../../downloads/file-source.ts';

const REDIRECTS_LIMIT = 5;

/** The addresses of the signed list, over https; what they send is believed for its hash only. */
export class LibraryDownloads implements FileSource<LibraryFile> {
  async open(file: LibraryFile, offset: number, signal: AbortSignal): Promise<FileBytes> {
    // A decoded body has another length than the one announced, and ranges of it mean nothing.
    const headers = new Headers({ 'accept-encoding': 'identity' });
    if (offset > 0) headers.set('range', `bytes=${offset}-`);
    const response = await this.#follow(file, headers, signal);
    try {
      checkLength(file, response, offset);
    } catch (error) {
      await response.body?.cancel();
      throw error;
    }
    return bytesOfResponse(response, offset);
  }

  unreachable(cause: unknown): GataError {
    return new GataError(
      'library-source-unreachable',
      'The library could not be downloaded. Check the connection and try again; what was fetched is kept.',
      { cause },
    );
  }

  /** Redirects by hand, so that none leads away from https. */
  async #follow(file: LibraryFile, headers: Headers, signal: AbortSignal): Promise<Response> {
    let url = file.url;
    for (let redirects = 0; redirects <= REDIRECTS_LIMIT; redirects += 1) {
      const response = await this.#fetch(url, headers, signal);
      if (response.ok) return response;
      await response.body?.cancel();
      const { status } = response;
      const location = response.headers.get('location');
      if (status >= 300 && status < 400 && location !== null) {
        url = redirected(file, url, location);
      } else if (status === 416) {
        throw otherSize(file, 'fewer bytes than');
      } else if ([401, 403, 404, 410].includes(status)) {
        throw new GataError(
          'not-found',
          `${new URL(url).host} does not give out ${file.name} (HTTP status ${status}). Import the library from a folder, or try again later.`,
        );
      } else {
        throw this.unreachable(new Error(`HTTP status ${status}`));
      }
    }
    throw this.unreachable(new Error('too many redirects'));
  }

  async #fetch(url: string, headers: Headers, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(url, { headers, signal, redirect: 'manual' });
    } catch (error) {
      signal.throwIfAborted();
      throw this.unreachable(error);
    }
  }
}

/** @throws GataError `library-refused` for an address that is not https, unless all is on this machine. */
function redirected(file: LibraryFile, from: string, location: string): string {
  const url = URL.canParse(location, from) ? new URL(location, from) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && from.startsWith('http:'));
  if (url === undefined || !isSafe || !isFetchable(url.href)) {
    throw new GataError(
      'library-refused',
      `The download of ${file.name} was redirected to an address that is not https, so it was stopped.`,
    );
  }
  return url.href;
}

/** Sees a wrong file by what the server says of it, before its bytes. @throws GataError `corrupt-library`. */
function checkLength(file: LibraryFile, response: Response, offset: number): void {
  if (response.headers.get('content-encoding') !== null) return;
  if (response.status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
    const [, start, total] = range ?? [];
    if (start === undefined || Number(start) !== offset) {
      throw new GataError(
        'corrupt-library',
        `The server sent another part of ${file.name} than it was asked for.`,
      );
    }
    if (total !== '*' && Number(total) !== file.bytes) throw otherSize(file, `${total} bytes instead of`);
    return;
  }
  const length = response.headers.get('content-length');
  if (length !== null && Number(length) !== file.bytes) throw otherSize(file, `${length} bytes instead of`);
}

function otherSize(file: LibraryFile, what: string): GataError {
  return new GataError(
    'corrupt-library',
    `The server's file ${file.name} has ${what} the ${file.bytes} that the network signed, so it was not used.`,
  );
}
