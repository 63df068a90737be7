import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findWorkerFiles } from '../../../src/agent/sandbox/worker-files.ts';
import { builtWorker } from '../../support/built-program.ts';

const program = await builtWorker();

describe('findWorkerFiles', () => {
  it('finds the program and the packages with native parts, of this platform only', async () => {
    const { root, paths, binaries } = await findWorkerFiles(program);
    const platform = `${process.platform}-${process.arch}`;
    const relative = paths.map((file) => path.relative(root, file));
    expect(relative).toContain('out/workers');
    expect(relative).toContain(`node_modules/@img/sharp-${platform}`);
    expect(relative).toContain('node_modules/detect-libc');
    expect(relative.filter((file) => file.includes('napi-v6'))).toEqual([
      `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`,
    ]);
    expect(relative.some((file) => file.includes('adm-zip') || file === 'node_modules')).toBe(false);
    for (const file of [...paths, ...binaries]) expect(existsSync(file)).toBe(true);
  });
});
