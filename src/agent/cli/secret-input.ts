import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { GataError } from '../../shared/gata-error.ts';
import { isSameSecret, secretDigest } from '../../shared/secret-digest.ts';

/** The first line of a file, or what is typed without being shown. Secrets are never arguments: others see those. */
export async function readSecret(question: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return readSecretFile(file).split(/\r?\n/)[0] ?? '';
  return ask(question);
}

/** The same twice, where it is typed. @throws GataError `invalid-request` when the two differ. */
export async function readNewSecret(question: string, file: string | undefined): Promise<string> {
  const secret = await readSecret(question, file);
  if (file !== undefined) return secret;
  const again = await readSecret(`${question} (again)`, undefined);
  if (isSameSecret(secretDigest(secret), secretDigest(again))) return secret;
  throw new GataError('invalid-request', 'The two are not the same. Try again.');
}

/** A whole file with a secret. @throws GataError `invalid-request` when it cannot be read. */
export function readSecretFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GataError('invalid-request', `${file} cannot be read.`, { cause });
  }
}

/** Several answers that may be seen, from the terminal or line by line from a pipe. */
export async function readAnswers(questions: readonly string[]): Promise<string[]> {
  const lines = createInterface({ input: process.stdin, terminal: false });
  const answers: string[] = [];
  try {
    process.stderr.write(`${questions[0] ?? ''}: `);
    for await (const line of lines) {
      answers.push(line.trim());
      if (answers.length === questions.length) return answers;
      process.stderr.write(`${questions[answers.length] ?? ''}: `);
    }
  } finally {
    lines.close();
  }
  throw new GataError('invalid-request', 'The answers ended too early. Nothing was kept.');
}

async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new GataError(
      'invalid-request',
      `There is no terminal to ask for it. Use --password-file. (${question})`,
    );
  }
  // readline echoes what is typed by itself: it writes into nothing.
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({
    input: process.stdin,
    output: nothing,
    terminal: true,
  });
  process.stderr.write(`${question}: `);
  try {
    return await new Promise<string>((resolve, reject) => {
      terminal.once('line', resolve);
      terminal.once('SIGINT', () => reject(new GataError('cancelled', 'Cancelled. Nothing was changed.')));
      terminal.once('close', () => reject(new GataError('cancelled', 'Cancelled. Nothing was changed.')));
    });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
