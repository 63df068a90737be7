/**
 * The arguments in a command line of Windows, by the rules of `CommandLineToArgvW` (shellapi.h): blanks part them,
 * quotes hold them together, and a backslash is one only before a quote. Never throws.
 */
export function splitCommandLine(text: string): string[] {
  const line = text.trimEnd();
  if (line === '') return [];
  const own = programName(line);
  const argv = [own.name];
  let argument: string | undefined;
  let isQuoted = false;
  for (let at = own.end; at < line.length; at += 1) {
    const character = line[at];
    if (character === undefined) break;
    if (!isQuoted && (character === ' ' || character === '\t')) {
      if (argument !== undefined) argv.push(argument);
      argument = undefined;
      continue;
    }
    argument ??= '';
    if (character === '"') {
      // Two quotes inside quotes are one that is meant.
      if (isQuoted && line[at + 1] === '"') {
        argument += '"';
        at += 1;
      } else isQuoted = !isQuoted;
      continue;
    }
    if (character !== '\\') {
      argument += character;
      continue;
    }
    let end = at;
    while (line[end] === '\\') end += 1;
    const count = end - at;
    if (line[end] === '"') {
      argument += '\\'.repeat(Math.floor(count / 2));
      if (count % 2 === 1) {
        argument += '"';
        end += 1;
      }
    } else argument += '\\'.repeat(count);
    at = end - 1;
  }
  if (argument !== undefined) argv.push(argument);
  return argv;
}

/** The program's own name comes first and knows no backslashes that escape. */
function programName(line: string): { name: string; end: number } {
  if (line.startsWith('"')) {
    const close = line.indexOf('"', 1);
    return close < 0
      ? { name: line.slice(1), end: line.length }
      : { name: line.slice(1, close), end: close + 1 };
  }
  const end = /[ \t]/.exec(line)?.index ?? line.length;
  return { name: line.slice(0, end), end };
}
