import { useEffect, useState } from 'react';

export interface JudgedPassword {
  /** From 0, guessed at once, to 4. */
  readonly score: number;
  /** The signer takes it. */
  readonly isEnough: boolean;
  /** What is wrong with it, and what to do. */
  readonly advice: string;
}

type Judge = (password: string) => JudgedPassword;

/**
 * Judges passwords as the signer does. Its dictionaries are larger than the rest of the page and are fetched when a
 * password is to be chosen; undefined until then, and when that fails: the signer judges all the same.
 */
export function usePasswordJudge(): Judge | undefined {
  const [judge, setJudge] = useState<Judge>();
  useEffect(() => {
    let isWanted = true;
    void loadJudge().then((loaded) => {
      if (isWanted) setJudge(() => loaded);
    });
    return () => {
      isWanted = false;
    };
  }, []);
  return judge;
}

async function loadJudge(): Promise<Judge | undefined> {
  try {
    const { LEAST_PASSWORD_SCORE, PasswordJudge } = await import('../../shared/password-strength.ts');
    const judge = new PasswordJudge();
    return (password) => {
      const strength = judge.judge(password);
      return { ...strength, isEnough: strength.score >= LEAST_PASSWORD_SCORE };
    };
  } catch (error) {
    console.warn('The strength of passwords cannot be shown.', error);
    return undefined;
  }
}
