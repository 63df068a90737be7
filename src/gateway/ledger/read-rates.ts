import { readFile } from 'node:fs/promises';
import { GataError } from '../../shared/gata-error.ts';
import { type CreditRates, creditRatesSchema } from './rates.ts';

/**
 * Reads an operator's rates from a JSON file.
 * @throws GataError `invalid-settings` that names the file and the field, when it cannot be read or is not valid.
 */
export async function readRates(file: string): Promise<CreditRates> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const detail = error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
    throw invalid(file, detail, error);
  }
  const parsed = creditRatesSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw invalid(file, `${field === '' ? '' : `${field}: `}${issue?.message ?? 'not valid'}`, parsed.error);
}

function invalid(file: string, detail: string, cause: unknown): GataError {
  return new GataError(
    'invalid-settings',
    `The rates in ${file} cannot be used: ${detail}. docs/protocol.md shows such a file.`,
    { cause },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
