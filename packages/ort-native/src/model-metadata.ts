import type { OrtEnvironment } from './environment.ts';
import { textAt, wordsAt } from './native-memory.ts';

/** What the model's makers wrote into it. */
export interface ModelMetadata {
  readonly producerName: string;
  readonly graphName: string;
  readonly domain: string;
  readonly description: string;
  readonly graphDescription: string;
  /** null: none is given. */
  readonly version: number | null;
  readonly custom: Readonly<Record<string, string>>;
}

/** @param session address of an `OrtSession` */
export function readModelMetadata(environment: OrtEnvironment, session: number): ModelMetadata {
  const { library, scratch } = environment;
  library.check('SessionGetModelMetadata', session, scratch.address);
  const metadata = scratch.word(0);
  const text = (call: Parameters<typeof library.check>[0]): string => {
    library.check(call, metadata, environment.hostAllocator, scratch.address);
    return takeText(environment, scratch.word(0));
  };
  try {
    library.check('ModelMetadataGetVersion', metadata, scratch.address);
    const version = scratch.int64(0);
    return {
      // The library answers the highest number for none.
      version: Number.isSafeInteger(version) ? version : null,
      producerName: text('ModelMetadataGetProducerName'),
      graphName: text('ModelMetadataGetGraphName'),
      domain: text('ModelMetadataGetDomain'),
      description: text('ModelMetadataGetDescription'),
      graphDescription: text('ModelMetadataGetGraphDescription'),
      custom: readCustom(environment, metadata),
    };
  } finally {
    library.run('ReleaseModelMetadata', metadata);
  }
}

function readCustom(environment: OrtEnvironment, metadata: number): Record<string, string> {
  const { library, scratch, hostAllocator } = environment;
  const { address } = scratch;
  library.check('ModelMetadataGetCustomMetadataMapKeys', metadata, hostAllocator, address, address + 8);
  const array = scratch.word(0);
  const keys = wordsAt(array, scratch.word(8)).map((key) => takeText(environment, key));
  if (array !== 0) library.check('AllocatorFree', hostAllocator, array);
  return Object.fromEntries(
    keys.map((key) => {
      library.check('ModelMetadataLookupCustomMetadataMap', metadata, hostAllocator, key, address);
      return [key, takeText(environment, scratch.word(0))];
    }),
  );
}

/** A text that the library allocated for the caller; it is freed. */
export function takeText({ library, hostAllocator }: OrtEnvironment, address: number): string {
  if (address === 0) return '';
  try {
    return textAt(address) ?? '';
  } finally {
    library.check('AllocatorFree', hostAllocator, address);
  }
}
