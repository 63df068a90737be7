import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';

const keySchema = z
  .string()
  .trim()
  .regex(/^(0x)?[0-9a-fA-F]{64}$/)
  .transform((key) => (key.startsWith('0x') ? key : `0x${key}`));

/**
 * Reads a file that an operator named.
 * @param what such as `network profile`.
 * @throws GataError `invalid-settings` that names the file, and nothing of what is in it.
 */
export async function readOperatorFile<Value>(
  file: string,
  what: string,
  parse: (text: string) => Value,
): Promise<Value> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new GataError('invalid-settings', `The ${what} in ${file} cannot be read.`, { cause });
  }
  try {
    return parse(text);
  } catch (error) {
    // A key must not get into a log, so nothing of what was read is repeated.
    const fields = error instanceof z.ZodError ? error.issues.map((issue) => issue.path.join('.')) : [];
    const where = fields.filter((field) => field !== '').join(', ');
    throw new GataError('invalid-settings', `The ${what} in ${file} is not valid${where && `: ${where}`}.`);
  }
}

/** Reads a private key in hexadecimal. @returns `0x` and 64 digits. @throws GataError as `readOperatorFile`. */
export async function readKeyFile(file: string, what: string): Promise<string> {
  return await readOperatorFile(file, what, (text) => keySchema.parse(text));
}
