import { type RefObject, useEffect, useRef, useState } from 'react';
import { takeSecret } from './take-secret.ts';
import { type JudgedPassword, usePasswordJudge } from './use-password-judge.ts';

type PasswordFault = 'missing' | 'weak' | 'different';

/** A password that is chosen, typed twice. */
export interface NewPassword {
  readonly password: RefObject<HTMLInputElement | null>;
  readonly repeated: RefObject<HTMLInputElement | null>;
  /** Of what is typed; undefined: nothing is, or it is not known yet. */
  readonly strength: JudgedPassword | undefined;
  readonly fault: PasswordFault | undefined;
  /** To be told what is typed. */
  readonly onType: (value: string) => void;
  readonly onRepeat: () => void;
  /** Takes the password out of the fields; undefined, with a fault shown, when it will not do. */
  readonly take: () => string | undefined;
}

export function useNewPassword(): NewPassword {
  const judge = usePasswordJudge();
  const password = useRef<HTMLInputElement>(null);
  const repeated = useRef<HTMLInputElement>(null);
  const [strength, setStrength] = useState<JudgedPassword>();
  const [fault, setFault] = useState<PasswordFault>();

  // What was typed before the judge was there.
  useEffect(() => {
    const typed = password.current?.value ?? '';
    if (typed !== '') setStrength(judge?.(typed));
  }, [judge]);

  const findFault = (): PasswordFault | undefined => {
    const typed = password.current?.value ?? '';
    if (typed === '') return 'missing';
    if (judge?.(typed).isEnough === false) return 'weak';
    return repeated.current?.value === typed ? undefined : 'different';
  };
  return {
    password,
    repeated,
    strength,
    fault,
    onType: (value) => {
      setStrength(value === '' ? undefined : judge?.(value));
      setFault(undefined);
    },
    onRepeat: () => setFault(undefined),
    take: () => {
      const found = findFault();
      setFault(found);
      if (found !== undefined) {
        (found === 'different' ? repeated : password).current?.focus();
        return undefined;
      }
      takeSecret(repeated);
      setStrength(undefined);
      return takeSecret(password);
    },
  };
}
