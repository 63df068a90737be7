import { expect, it } from 'vitest';
import { LEAST_PASSWORD_SCORE, PasswordJudge } from '../../src/shared/password-strength.ts';

const judge = new PasswordJudge();

it.each(['password', 'qwertyuiop', '20031987', 'aaaaaaaaaaaa', 'gatawallet', 'letmein1'])(
  'finds %s too easy, and says what to do',
  (password) => {
    const { score, advice } = judge.judge(password);
    expect(score).toBeLessThan(LEAST_PASSWORD_SCORE);
    expect(advice).toContain('Use four or more words');
  },
);

it.each(['quittung sofa marzipan pendel', 'Xk9#vQ2mLp7$wR', 'x'.repeat(50) + crypto.randomUUID()])(
  'takes %s',
  (password) => {
    expect(judge.judge(password).score).toBeGreaterThanOrEqual(LEAST_PASSWORD_SCORE);
  },
);
