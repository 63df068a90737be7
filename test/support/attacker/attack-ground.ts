import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'vite';
import { type AttackOrder, type AttackReport, attackReportSchema } from '../../sandbox/attack-report.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const NOBODY = 65534;
const SETPRIV = ['/usr/bin/setpriv', '--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups', '--'];
/** What the Landlock launcher loads. */
const LAUNCHER_PACKAGES = ['node_modules/koffi', 'node_modules/@koromix'];

export type AttackUser = 'root' | 'ordinary user';

/**
 * A folder that every user can read, with all that an attack needs: the attacker in a worker's place, the programs it
 * goes for, and the agent's part as one file. It is removed with its owner.
 */
export class AttackGround implements Disposable {
  readonly path: string;
  readonly #runs = new Map<string, string>();

  private constructor(folder: string) {
    this.path = folder;
  }

  static async make(): Promise<AttackGround> {
    const ground = new AttackGround(mkdtempSync(path.join(tmpdir(), 'gata-attack-')));
    chmodSync(ground.path, 0o755);
    try {
      await ground.#fill();
      return ground;
    } catch (error) {
      ground[Symbol.dispose]();
      throw error;
    }
  }

  /** Runs the attempts, or only those, against a mechanism. @throws Error when the run does not come to its end. */
  async run(mechanism: AttackOrder['mechanism'], user: AttackUser, only?: string[]): Promise<AttackReport> {
    const folder = path.join(this.path, `${mechanism}-${user.replace(' ', '-')}-${this.#runs.size}`);
    this.#runs.set(folder, mechanism);
    mkdirSync(folder, { mode: 0o755 });
    const isOrdinary = user !== 'root' && process.getuid?.() === 0;
    if (isOrdinary) chownSync(folder, NOBODY, NOBODY);
    const nodePath = path.join(this.path, 'node');
    const order: AttackOrder = {
      mechanism,
      nodePath,
      entryPath: path.join(this.#workers, 'host.js'),
      programFolder: this.#workers,
      folder,
      program: path.join(this.path, 'victim'),
      setuidProgram: path.join(this.path, 'victim-setuid'),
      ...(only === undefined ? {} : { only }),
    };
    const command = [nodePath, path.join(this.path, 'attack-run.js'), JSON.stringify(order)];
    const [file = '', ...args] = isOrdinary ? [...SETPRIV, ...command] : command;
    const child = spawn(file, args, {
      cwd: this.path,
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [report, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
    try {
      return attackReportSchema.parse(JSON.parse(report));
    } catch (error) {
      throw new Error(`The attacks on ${mechanism} as ${user} ended early: ${complaints}`, { cause: error });
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  get #workers(): string {
    return path.join(this.path, 'program/out/workers');
  }

  async #fill(): Promise<void> {
    const program = path.join(this.path, 'program');
    mkdirSync(this.#workers, { recursive: true });
    writeFileSync(path.join(program, 'package.json'), '{"type":"module"}');
    const attacker = readFileSync(path.join(import.meta.dirname, 'attacker.ts'), 'utf8');
    writeFileSync(path.join(this.#workers, 'host.js'), stripTypeScriptTypes(attacker));
    compile(['-shared', '-fPIC', '-O1', '-o', path.join(this.#workers, 'attacker.node')], 'attacker.c');
    compile(['-O1', '-o', path.join(this.path, 'victim')], 'victim.c');
    copyFileSync(process.execPath, path.join(this.path, 'node'));
    copyFileSync(path.join(this.path, 'victim'), path.join(this.path, 'victim-setuid'));
    chmodSync(path.join(this.path, 'victim-setuid'), 0o4755);
    for (const part of LAUNCHER_PACKAGES) {
      cpSync(path.join(root, part), path.join(program, part), { recursive: true, dereference: true });
    }
    await bundle({ 'attack-run': path.join(root, 'test/sandbox/attack-run.ts') }, this.path);
    await bundle({ 'self-test': path.join(root, 'src/workers/self-test.ts') }, this.#workers);
    await bundle({ linux: path.join(root, 'src/confine/linux.ts') }, path.join(program, 'out/confine'));
    for (const folder of [program, path.join(this.path, 'node'), path.join(this.path, 'attack-run.js')])
      spawnSync('chmod', ['-R', 'a+rX', folder]);
  }
}

function compile(options: readonly string[], source: string): void {
  const file = path.join(import.meta.dirname, source);
  const result = spawnSync('gcc', [...options, '-Wall', file, '-lpthread'], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`gcc: ${result.error?.message ?? result.stderr}`);
}

async function bundle(input: Record<string, string>, outDir: string): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: true,
      target: 'node24',
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        input,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
        external: [/^koffi$/],
      },
    },
    ssr: { noExternal: true, external: [] },
  });
}
