import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PauseHistoryFile } from '../../../src/agent/games/pause-history-file.ts';
import { gamePause } from '../../support/game-pause.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('the file of pauses', () => {
  let cleanup: DisposableStack;
  let folder: string;
  let path: string;
  beforeEach(() => {
    cleanup = new DisposableStack();
    folder = cleanup.use(temporaryFolder()).path;
    path = join(folder, 'game-pauses.json');
  });
  afterEach(() => cleanup.dispose());
  const open = () => new PauseHistoryFile(folder, pino({ enabled: false }));

  it('gives back what was saved, and only the user can read it', () => {
    expect(open().load()).toEqual([]);
    const pauses = [gamePause(), gamePause({ key: null, executable: null, signal: 'lease', memory: null })];
    open().save(pauses);
    expect(open().load()).toEqual(pauses);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each(['{"schemaVersion":1,"pau', '{"schemaVersion":2,"pauses":[]}', '[1]', ''])(
    'is set aside when it is %j, and the list begins anew',
    (text) => {
      writeFileSync(path, text);
      expect(open().load()).toEqual([]);
      expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(text);
      open().save([gamePause()]);
      expect(open().load()).toHaveLength(1);
    },
  );
});
