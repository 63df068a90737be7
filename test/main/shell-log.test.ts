import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openShellLog } from '../../src/main/shell-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe("the shell's log", () => {
  test('is one JSON object a line in the data folder', () => {
    using folder = temporaryFolder();
    using log = openShellLog(folder.path);
    log.logger.info({ agentPid: 7 }, 'the agent was started');
    const line = readFileSync(path.join(folder.path, 'logs', 'shell.log'), 'utf8').trim();
    expect(JSON.parse(line)).toMatchObject({ name: 'shell', agentPid: 7, msg: 'the agent was started' });
  });

  test('is set aside when it is full, so that it never grows without end', () => {
    using folder = temporaryFolder();
    const file = path.join(folder.path, 'logs', 'shell.log');
    write(folder.path, 'first');
    writeFileSync(file, 'x'.repeat(1_000_001));
    write(folder.path, 'second');
    expect(statSync(`${file}.old`).size).toBe(1_000_001);
    expect(readFileSync(file, 'utf8')).toContain('second');
  });
});

function write(dataFolder: string, message: string): void {
  using log = openShellLog(dataFolder);
  log.logger.info(message);
}
