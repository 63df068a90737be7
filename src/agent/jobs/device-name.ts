import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';

const NVIDIA_FOLDER = '/proc/driver/nvidia/gpus';

/** What the device is called: the graphics card where its driver tells, else the processor. */
export async function readDeviceName(): Promise<string> {
  return (await nvidiaName()) ?? cpus()[0]?.model.trim() ?? 'unknown processor';
}

/** Linux's NVIDIA driver names its cards in files, which costs nothing to read. */
async function nvidiaName(): Promise<string | undefined> {
  try {
    const [card] = await readdir(NVIDIA_FOLDER);
    if (card === undefined) return undefined;
    const information = await readFile(join(NVIDIA_FOLDER, card, 'information'), 'utf8');
    return /^Model:\s*(.+)$/m.exec(information)?.[1]?.trim();
  } catch {
    return undefined;
  }
}
