import { expect, test } from 'vitest';
import { LauncherTokens } from '../../../src/agent/launcher/launcher-tokens.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { launcherNameSchema } from '../../../src/shared/launcher.ts';

test('knows whose token it is, and that it is nobody’s', () => {
  const launchers = new LauncherTokens('Soonchain', systemClock);
  const one = launchers.issue('Soonchain').token;
  const other = launchers.issue('Other').token;
  expect(launchers.launcherOf(one)).toBe('Soonchain');
  expect(launchers.launcherOf(other)).toBe('Other');
  for (const wrong of ['', `${one}x`, one.slice(1), one.toLowerCase()]) {
    expect(launchers.launcherOf(wrong)).toBeUndefined();
  }
  expect(launchers.page()).toMatchObject({
    startedBy: 'Soonchain',
    launchers: [{ name: 'Soonchain' }, { name: 'Other' }],
  });
  expect(JSON.stringify(launchers.page())).not.toContain(one);
});

test('keeps a few tokens of one launcher, and forgets the oldest', () => {
  const launchers = new LauncherTokens(undefined, systemClock);
  const tokens = Array.from({ length: 9 }, () => launchers.issue('Soonchain').token);
  expect(tokens.map((token) => launchers.launcherOf(token))).toEqual([
    undefined,
    ...Array(8).fill('Soonchain'),
  ]);
});

test('ends all tokens of a launcher that the user shuts out, and gives it no others', () => {
  const launchers = new LauncherTokens(undefined, systemClock);
  const { token } = launchers.issue('Soonchain');
  const other = launchers.issue('Other');
  expect(launchers.revoke('Soonchain')).toBe(true);
  expect(launchers.launcherOf(token)).toBeUndefined();
  expect(launchers.launcherOf(other.token)).toBe('Other');
  expect(launchers.revoke('Soonchain')).toBe(false);
  expect(() => launchers.issue('Soonchain')).toThrow(expect.objectContaining({ code: 'forbidden' }));
});

test('has room for 32 launchers', () => {
  const launchers = new LauncherTokens(undefined, systemClock);
  for (let number = 0; number < 32; number += 1) launchers.issue(`Launcher ${number}`);
  expect(() => launchers.issue('One more')).toThrow(expect.objectContaining({ code: 'conflict' }));
  launchers.issue('Launcher 7');
});

test.each(['Soonchain', 'Épic & Söhne 2.0', 'C# (test)', 'a'.repeat(64), '启动器'])(
  'takes the name %s',
  (name) => {
    expect(launcherNameSchema.parse(name)).toBe(name);
  },
);

test.each(['', ' ', 'a\nb', 'a\u202eb', '<b>', 'a'.repeat(65)])('refuses the name %j', (name) => {
  expect(launcherNameSchema.safeParse(name).success).toBe(false);
});
