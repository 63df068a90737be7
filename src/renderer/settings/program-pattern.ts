export type ProgramProblem = 'empty' | 'tooLong' | 'duplicate' | 'wildcard' | 'full';

const LONGEST = 1024;
const MOST = 1000;

/** Why a program cannot join a list, or undefined when it can. Case does not tell programs apart. */
export function programProblem(program: string, list: readonly string[]): ProgramProblem | undefined {
  const name = program.trim();
  if (name === '') return 'empty';
  if (name.length > LONGEST) return 'tooLong';
  if (/[*?]/.test(name)) return 'wildcard';
  if (list.some((other) => other.toLowerCase() === name.toLowerCase())) return 'duplicate';
  return list.length >= MOST ? 'full' : undefined;
}
