import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const RUNS_ALREADY = 3;
const START_PATIENCE_MS = 30_000;

/** The agent refused, and why. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(status: number, body: string) {
    super(`The agent answered ${status}: ${body}`);
    this.status = status;
  }
}

interface Access {
  readonly url: string;
  readonly token: string;
}

export interface AgentOptions {
  /** The launcher's name, as the user reads it. */
  readonly name: string;
  /** The command that starts the agent; empty: only one that runs already is used. */
  readonly command: readonly string[];
  readonly dataFolder: string | undefined;
}

/** The agent as a launcher sees it: found or started, and asked with a token of the launcher's own. */
export class Agent {
  readonly #options: AgentOptions;
  #access: Access | undefined;

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** @returns whether this launcher started it. @throws Error when there is none and none can be started. */
  async connect(): Promise<boolean> {
    try {
      this.#access = await this.#exchange();
      return false;
    } catch (error) {
      // A refusal of a running agent is not a reason to start another one.
      if (error instanceof RefusedError || this.#options.command.length === 0) throw error;
    }
    this.#access = await this.#start();
    if (this.#access !== undefined) return true;
    // Another program was faster: its agent answers in a moment.
    this.#access = await this.#exchangeSoon();
    return false;
  }

  /** Asks; once more with a new token when the agent was restarted meanwhile. */
  async request(method: string, path: string, body?: object): Promise<unknown> {
    try {
      return await send(await this.#current(), method, path, body);
    } catch (error) {
      if (error instanceof RefusedError && error.status !== 401) throw error;
      this.#access = await this.#exchange();
      return await send(this.#access, method, path, body);
    }
  }

  async #current(): Promise<Access> {
    this.#access ??= await this.#exchange();
    return this.#access;
  }

  /** A token of one's own from the agent that runs. */
  async #exchange(): Promise<Access> {
    const endpoint: unknown = JSON.parse(readFileSync(this.#endpointFile(), 'utf8'));
    const url = `http://127.0.0.1:${field(endpoint, 'port')}`;
    const shared = { url, token: String(field(field(endpoint, 'tokens'), 'launcher')) };
    const answer = await send(shared, 'POST', '/v1/launchers', { name: this.#options.name });
    return { url, token: String(field(answer, 'token')) };
  }

  /** Starts the agent hidden, so that it outlives the launcher, and reads its one line; undefined: one runs. */
  async #start(): Promise<Access | undefined> {
    const [program = '', ...args] = this.#options.command;
    const child = spawn(program, [...args, '--launched-by', this.#options.name, '--hand-over-token'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
      windowsHide: true,
    });
    const [line, exitCode] = await Promise.race([
      firstLine(child).then((text) => [text, undefined] as const),
      once(child, 'exit').then(([code]) => [undefined, Number(code)] as const),
    ]);
    if (line === undefined) {
      if (exitCode === RUNS_ALREADY) return undefined;
      throw new Error(`The agent ended with exit code ${exitCode}.`);
    }
    child.stdout?.destroy();
    child.unref();
    const ready: unknown = JSON.parse(line);
    return { url: `http://127.0.0.1:${field(ready, 'port')}`, token: String(field(ready, 'launcherToken')) };
  }

  async #exchangeSoon(): Promise<Access> {
    const deadline = Date.now() + START_PATIENCE_MS;
    for (;;) {
      try {
        return await this.#exchange();
      } catch (error) {
        if (error instanceof RefusedError || Date.now() > deadline) throw error;
        await sleep(100);
      }
    }
  }

  #endpointFile(): string {
    const { dataFolder } = this.#options;
    if (dataFolder !== undefined) return join(dataFolder, 'agent.json');
    const { LOCALAPPDATA, XDG_DATA_HOME } = process.env;
    if (process.platform === 'win32') return join(LOCALAPPDATA ?? '', 'Gata', 'agent.json');
    return join(XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'gata', 'agent.json');
  }
}

async function send({ url, token }: Access, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new RefusedError(response.status, text);
  return text === '' ? undefined : JSON.parse(text);
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The agent has no output.');
  for await (const line of createInterface({ input: child.stdout })) return line;
  // Its exit tells more than an empty output.
  return new Promise(() => undefined);
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) throw new Error(`There is no ${name}.`);
  const found: unknown = Reflect.get(value, name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
}
