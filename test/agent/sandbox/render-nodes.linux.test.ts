import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findRenderNodes } from '../../../src/agent/sandbox/render-nodes.linux.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** The files by which a card is known, laid out as the kernel and NVIDIA's driver do. */
function addCard(name: string, address: string, vendor: string, minor?: number): void {
  const device = path.join(folder.path, 'sys/devices/pci0000:00', address);
  mkdirSync(device, { recursive: true });
  writeFileSync(path.join(device, 'vendor'), `${vendor}\n`);
  const node = path.join(folder.path, 'sys/class/drm', name);
  mkdirSync(node, { recursive: true });
  symlinkSync(path.relative(node, device), path.join(node, 'device'));
  mkdirSync(path.join(folder.path, 'dev/dri'), { recursive: true });
  writeFileSync(path.join(folder.path, 'dev/dri', name), '');
  if (minor === undefined) return;
  const driver = path.join(folder.path, 'proc/driver/nvidia/gpus', address);
  mkdirSync(driver, { recursive: true });
  const lines = [
    'Model: \t\t NVIDIA GeForce',
    'IRQ:   \t\t 100',
    `Device Minor: \t ${minor}`,
    'GPU Excluded:\t No',
  ];
  writeFileSync(path.join(driver, 'information'), `${lines.join('\n')}\n`);
}

describe('findRenderNodes', () => {
  it('tells whose each node is', () => {
    addCard('renderD128', '0000:00:02.0', '0x8086');
    addCard('renderD129', '0000:01:00.0', '0x10de', 1);
    addCard('renderD130', '0000:02:00.0', '0x10de');
    writeFileSync(path.join(folder.path, 'dev/dri/card0'), '');
    const nodes = findRenderNodes(folder.path).sort((a, b) => a.device.localeCompare(b.device));
    expect(nodes).toEqual([
      { device: '/dev/dri/renderD128', minorNumber: null },
      { device: '/dev/dri/renderD129', minorNumber: 1 },
      { device: '/dev/dri/renderD130', minorNumber: undefined },
    ]);
  });

  it('finds none where there are none', () => {
    expect(findRenderNodes(path.join(folder.path, 'nowhere'))).toEqual([]);
  });
});
