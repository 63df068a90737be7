import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './programs.ts';

const DOWNLOAD_TIMEOUT_MS = 180_000;

/** Electron's executable, downloaded on first use, or the reason why there is no window. */
export function electronBinary(): { readonly file: string } | { readonly reason: string } {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { reason: 'there is no display' };
  }
  // Chromium's own sandbox does not work for root, and without it there is no window.
  if (process.platform === 'linux' && process.getuid?.() === 0)
    return { reason: 'Electron does not run as root' };
  const installed = installedBinary();
  if (installed !== undefined) return { file: installed };
  process.stderr.write("Downloading Electron's binary…\n");
  const install = spawnSync(process.execPath, [path.join(root, 'node_modules/electron/install.js')], {
    timeout: DOWNLOAD_TIMEOUT_MS,
    stdio: 'ignore',
  });
  const downloaded = install.status === 0 ? installedBinary() : undefined;
  return downloaded === undefined
    ? { reason: "Electron's binary could not be downloaded" }
    : { file: downloaded };
}

function installedBinary(): string | undefined {
  const pathFile = path.join(root, 'node_modules/electron/path.txt');
  if (!existsSync(pathFile)) return undefined;
  const file = path.join(root, 'node_modules/electron/dist', readFileSync(pathFile, 'utf8'));
  return existsSync(file) ? file : undefined;
}
