import { expect, test } from 'vitest';
import { containerName, workerSids } from '../../../src/confine/windows/worker-sids.ts';

test.each(['app-container', 'restricted'] as const)(
  '%s: workers share the program, models do not',
  (level) => {
    const one = workerSids(level, '1-00', 'C:\\models\\a');
    const sameModel = workerSids(level, '2-11', 'c:\\MODELS\\A');
    const other = workerSids(level, '3-22', 'C:\\models\\b');
    const none = workerSids(level, '4-33', null);
    expect(sameModel).toMatchObject({ program: one.program, model: one.model });
    expect(other.program).toBe(one.program);
    const each = [one, sameModel, other, none];
    expect(new Set(each.map(({ worker }) => worker)).size).toBe(4);
    expect(new Set([one.model, other.model, none.model]).size).toBe(3);
  },
);

test('a container is named within what Windows takes', () => {
  expect(containerName('4294967295-0123456789abcdef')).toMatch(/^[-_. A-Za-z0-9]{1,64}$/);
});
