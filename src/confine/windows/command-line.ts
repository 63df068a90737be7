/**
 * One command line that a program splits into these arguments again, by the rules of the Microsoft C runtime:
 * backslashes count only before a quotation mark, where each is doubled and the mark gets one more.
 */
export function commandLine(args: readonly string[]): string {
  return args.map(quote).join(' ');
}

function quote(arg: string): string {
  if (arg !== '' && !/[\s"]/.test(arg)) return arg;
  const escaped = arg.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1');
  return `"${escaped}"`;
}
