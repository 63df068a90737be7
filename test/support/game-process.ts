import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SetLibrary } from './game-watcher-parts.ts';

/** A folder of real programs that do nothing for a while, under names of one's choice. Linux only. */
export class ProgramFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'gata-programs-'));
  readonly #children: ChildProcess[] = [];

  /** Adds a program at a path below the folder; its argument is how many seconds it lives. */
  add(relativePath: string): string {
    const program = join(this.path, relativePath);
    mkdirSync(dirname(program), { recursive: true });
    copyFileSync('/bin/sleep', program);
    chmodSync(program, 0o755);
    return program;
  }

  /** The folders of these names below this one, as a store's games. */
  library(...games: string[]): SetLibrary {
    const library = new SetLibrary();
    for (const game of games) library.add(join(realpathSync(this.path), game));
    return library;
  }

  addScript(relativePath: string, text: string): string {
    const program = join(this.path, relativePath);
    mkdirSync(dirname(program), { recursive: true });
    writeFileSync(program, text, { mode: 0o755 });
    return program;
  }

  /** Resolves when the program runs. */
  async start(program: string, ...args: string[]): Promise<ChildProcess & { readonly pid: number }> {
    const child = spawn(program, args, { stdio: 'ignore' });
    this.#children.push(child);
    await once(child, 'spawn');
    const { pid } = child;
    if (pid === undefined) throw new Error(`${program} did not start.`);
    return Object.assign(child, { pid });
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.path, { recursive: true, force: true });
  }
}
