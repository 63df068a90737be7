import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { OrtLibraryError } from './ort-error.ts';

const FILE_NAMES: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'libonnxruntime.so.1',
  win32: 'onnxruntime.dll',
  darwin: 'libonnxruntime.1.dylib',
};

/**
 * The library that the installed package `onnxruntime-node` ships for this system.
 *
 * @param from a file or URL from which the package is looked up
 * @throws OrtLibraryError `no-library`
 */
export function bundledLibraryPath(from: string = import.meta.url): string {
  const fileName = FILE_NAMES[process.platform];
  if (fileName === undefined) {
    throw new OrtLibraryError(
      'no-library',
      '',
      `none is known for ${process.platform}. Give the libraryPath of one.`,
    );
  }
  return join(packageFolder(from), 'bin', 'napi-v6', process.platform, process.arch, fileName);
}

function packageFolder(from: string): string {
  try {
    return dirname(createRequire(from).resolve('onnxruntime-node/package.json'));
  } catch (error) {
    throw new OrtLibraryError(
      'no-library',
      '',
      'the package onnxruntime-node is not installed. Install it, or give the libraryPath of a library.',
      error,
    );
  }
}
