import { openOrtEnvironment } from '../src/index.ts';
import { identityModel, matrixChain } from './onnx-writer.ts';

/** What the program prints; for the Windows Node under Wine as well, which sees this machine's files on drive Z. */
export interface WindowsReport {
  readonly version: string;
  readonly hasDirectMl: boolean;
  readonly floats: number[];
  readonly strings: string[];
  readonly fromFile: string;
  readonly aborted: string;
  readonly missing: string;
  readonly notALibrary: string;
  readonly unknownProvider: string;
  readonly limit: number | null;
}

const [libraryPath = '', modelPath = ''] = process.argv.slice(2).map(localPath);

function localPath(path: string): string {
  return process.platform === 'win32' ? `Z:${path.replaceAll('/', '\\')}` : path;
}

async function use(): Promise<WindowsReport> {
  using environment = openOrtEnvironment({ libraryPath, logSeverity: 'fatal' });
  environment.registerHostArena({ maxBytes: 2 ** 28, extension: 'as-requested' });
  using session = await environment.createSession(identityModel('float32'), { sharedArena: true });
  using x = environment.tensor('float32', Float32Array.of(1.5, -2));
  using outputs = await session.run({ x });
  using stringSession = await environment.createSession(identityModel('string'));
  using texts = environment.tensor('string', ['Größe', '']);
  using stringOutputs = await stringSession.run({ x: texts });
  using fileSession = await environment.createSession(modelPath);

  using chain = await environment.createSession(matrixChain(2000, 128), { intraOpThreads: 1 });
  using matrix = environment.tensor('float32', new Float32Array(128 * 128), [128, 128]);
  const controller = new AbortController();
  const run = chain.run({ x: matrix, w: matrix }, { signal: controller.signal });
  controller.abort();
  return {
    version: environment.version,
    hasDirectMl: environment.availableProviders().includes('DmlExecutionProvider'),
    floats: [...outputs.tensor('y').elements('float32')],
    strings: [...stringOutputs.tensor('y').strings()],
    fromFile: fileSession.inputs[0]?.name ?? '',
    aborted: await nameOf(() => run),
    missing: await nameOf(() => openOrtEnvironment({ libraryPath: `${libraryPath}.none` })),
    notALibrary: await nameOf(() => openOrtEnvironment({ libraryPath: modelPath })),
    unknownProvider: await nameOf(() =>
      environment.createSession(identityModel('float32'), { providers: [{ name: 'Nonsense' }] }),
    ),
    limit: session.memoryStatistics().limitBytes,
  };
}

async function nameOf(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return 'no error';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

console.log(JSON.stringify(await use()));
