/**
 * An environment as CreateProcess takes it: `NAME=value` in UTF-16, each ended by a zero, sorted by name without
 * regard to case, with one more zero at the end.
 * @throws RangeError for a name or a value that would make another variable of itself.
 */
export function environmentBlock(env: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(env)
    .sort(([a], [b]) => (a.toUpperCase() < b.toUpperCase() ? -1 : 1))
    .map(([name, value]) => {
      if (name === '' || /[=\0]/.test(name) || value.includes('\0')) {
        throw new RangeError(`${JSON.stringify(name)} cannot be an environment variable.`);
      }
      return `${name}=${value}\0`;
    });
  return Buffer.from(`${lines.join('') || '\0'}\0`, 'utf16le');
}
