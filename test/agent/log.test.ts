import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createLogger, newestLogFile } from '../../src/agent/log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('writes JSON lines for the user alone, without secrets', () => {
  using folder = temporaryFolder();
  const { logger, file } = createLogger(folder.path);
  using _file = file;
  logger.info(
    { token: 'hidden-1', session: { token: 'hidden-2' }, headers: { authorization: 'hidden-3' } },
    'hello',
  );
  logger.error({ err: new Error('broken') }, 'failed');
  const text = readFileSync(newestLogFile(folder.path), 'utf8');
  expect(text).not.toContain('hidden');
  const [first, second] = text.split('\n').map((line) => (line === '' ? null : JSON.parse(line)));
  expect(first).toMatchObject({ level: 'info', msg: 'hello', session: { token: '[redacted]' } });
  expect(new Date(first.time).getTime()).toBeGreaterThan(0);
  expect(second).toMatchObject({ level: 'error', err: { message: 'broken' } });
  if (process.platform !== 'win32') expect(statSync(newestLogFile(folder.path)).mode & 0o777).toBe(0o600);
});
