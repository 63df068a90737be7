import { expect, test } from 'vitest';
import { NoticeBoard } from '../../src/agent/notice-board.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { noticeSchema } from '../../src/shared/local-api.ts';

test('shows one notice a code until it is dismissed, and tells of each change', () => {
  const board = new NoticeBoard(systemClock);
  let changes = 0;
  board.on('change', () => changes++);
  board.post({ level: 'warning', code: 'a', message: 'First.' });
  board.post({ level: 'warning', code: 'b', message: 'Other.' });
  board.post({ level: 'error', code: 'a', message: 'Second.' });
  expect(board.list().map((notice) => noticeSchema.parse(notice).message)).toEqual(['Other.', 'Second.']);
  expect(board.dismiss('a')).toBe(true);
  expect(board.dismiss('a')).toBe(false);
  expect(board.list().map((notice) => notice.id)).toEqual(['b']);
  expect(changes).toBe(4);
});
