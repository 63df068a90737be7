import type { OrtEnvironment } from './environment.ts';
import { NativeMemory, textAt, wordsAt } from './native-memory.ts';
import { OrtArgumentError } from './ort-error.ts';
import type { ProviderDevice } from './provider-device.ts';

const POINTER_BYTES = 8;
const NAME_ENDING = /ExecutionProvider$/;

/** A provider to try before those after it; the CPU comes last by itself. */
export type ProviderRequest =
  | {
      /** A provider built into the library, or shipped beside it: `CUDA`, `TensorRT`, `DML`, `WebGPU`, `CPU`, … */
      readonly name: string;
      /** Keys and values as the provider documents them, such as `device_id` or `gpu_mem_limit`. */
      readonly options?: Readonly<Record<string, string>>;
    }
  | {
      /** Devices of one provider, from `environment.providerDevices()`; the way to plugin libraries. */
      readonly devices: readonly ProviderDevice[];
      readonly options?: Readonly<Record<string, string>>;
    };

/** Providers that the library was built with, best first; whether they work here is found by using them. */
export function listAvailableProviders({ library, scratch }: OrtEnvironment): string[] {
  library.check('GetAvailableProviders', scratch.address, scratch.address + POINTER_BYTES);
  const array = scratch.word(0);
  const count = scratch.int32(POINTER_BYTES);
  try {
    return wordsAt(array, count).map((address) => textAt(address) ?? '');
  } finally {
    library.check('ReleaseAvailableProviders', array, count);
  }
}

/**
 * @param sessionOptions address of the `OrtSessionOptions`
 * @throws OrtError when the provider is unknown, its library is missing, or it refuses an option
 */
export function appendProvider(
  environment: OrtEnvironment,
  sessionOptions: number,
  request: ProviderRequest,
): void {
  const keys = Object.keys(request.options ?? {});
  const values = Object.values(request.options ?? {});
  if ('devices' in request) appendDevices(environment, sessionOptions, request.devices, keys, values);
  else appendNamed(environment, sessionOptions, request.name.replace(NAME_ENDING, ''), keys, values);
}

function appendDevices(
  environment: OrtEnvironment,
  sessionOptions: number,
  devices: readonly ProviderDevice[],
  keys: string[],
  values: string[],
): void {
  if (devices.length === 0) {
    throw new OrtArgumentError(
      'SessionOptionsAppendExecutionProvider_V2',
      'No device was given. environment.providerDevices() lists them.',
    );
  }
  const pointers = new NativeMemory(devices.length * POINTER_BYTES);
  const present = new Set(environment.providerDevices().map(({ address }) => address));
  for (const [index, device] of devices.entries()) {
    if (!present.has(device.address)) {
      throw new OrtArgumentError(
        'SessionOptionsAppendExecutionProvider_V2',
        `The device of ${device.provider} is gone: its library was unregistered.`,
      );
    }
    pointers.setWord(index * POINTER_BYTES, device.address);
  }
  environment.library.check(
    'SessionOptionsAppendExecutionProvider_V2',
    sessionOptions,
    environment.addressFor('SessionOptionsAppendExecutionProvider_V2'),
    pointers.address,
    devices.length,
    keys,
    values,
    keys.length,
  );
}

function appendNamed(
  { library, scratch }: OrtEnvironment,
  sessionOptions: number,
  name: string,
  keys: string[],
  values: string[],
): void {
  switch (name.toLowerCase()) {
    case 'cpu':
      return;
    // These two are not reached by name.
    case 'cuda': {
      library.check('CreateCUDAProviderOptions', scratch.address);
      const options = scratch.word(0);
      try {
        library.check('UpdateCUDAProviderOptions', options, keys, values, keys.length);
        library.check('SessionOptionsAppendExecutionProvider_CUDA_V2', sessionOptions, options);
      } finally {
        library.run('ReleaseCUDAProviderOptions', options);
      }
      return;
    }
    case 'tensorrt': {
      library.check('CreateTensorRTProviderOptions', scratch.address);
      const options = scratch.word(0);
      try {
        library.check('UpdateTensorRTProviderOptions', options, keys, values, keys.length);
        library.check('SessionOptionsAppendExecutionProvider_TensorRT_V2', sessionOptions, options);
      } finally {
        library.run('ReleaseTensorRTProviderOptions', options);
      }
      return;
    }
    default:
      library.check('SessionOptionsAppendExecutionProvider', sessionOptions, name, keys, values, keys.length);
  }
}
