import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { GataError } from '../shared/gata-error.ts';
import { AgentClient } from './agent-client.ts';
import type { AgentCommand } from './agent-command.ts';
import { readEndpointFile, shellEndpoint } from './agent-endpoint.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 3000;
const POLL_MS = 50;

/** Names the agent that a shell started, so that the shell after a crashed one stops it on quit. */
const ownedAgentSchema = z.object({ pid: z.int().positive() });

export interface AgentProcessOptions {
  /** Absolute. */
  readonly dataFolder: string;
  readonly command: AgentCommand;
  readonly log: Logger;
}

interface RunningAgent {
  readonly client: AgentClient;
  readonly pid: number;
}

/** The agent as a process: found when one runs already, started when not, stopped when a shell started it. */
export class AgentProcess {
  readonly #options: AgentProcessOptions;
  readonly #ownerFile: string;
  readonly #outputFile: string;
  #child: ChildProcess | undefined;
  #running: RunningAgent | undefined;

  constructor(options: AgentProcessOptions) {
    this.#options = options;
    this.#ownerFile = path.join(options.dataFolder, 'shell-agent.json');
    this.#outputFile = path.join(options.dataFolder, 'logs', 'agent-output.log');
  }

  /**
   * The agent of the data folder, running; it is started when none is.
   * @throws GataError `agent-unreachable` with the agent's last words when it does not start.
   */
  async connect(signal: AbortSignal): Promise<AgentClient> {
    this.#running = (await this.#find(signal)) ?? (await this.#start(signal));
    return this.#running.client;
  }

  /** Ends the agent if a shell started it: it hands its jobs back, and is killed after a grace period. */
  async stop(): Promise<void> {
    const child = this.#child;
    const running = this.#running;
    this.#running = undefined;
    if (child !== undefined) {
      const ended = once(child, 'exit', { signal: AbortSignal.timeout(STOP_GRACE_MS) });
      if (running !== undefined && running.pid === child.pid) void this.#askToShutDown(running.client);
      else child.kill('SIGTERM');
      try {
        await ended;
      } catch (error) {
        this.#options.log.warn(
          { err: error, agentPid: child.pid },
          'the agent did not stop in time and is killed',
        );
        child.kill('SIGKILL');
      }
    } else if (running !== undefined && (await this.#owns(running.pid))) {
      // Started by a shell that is gone. No kill here: without a handle its pid may be another program's.
      await this.#askToShutDown(running.client);
      const deadline = Date.now() + STOP_GRACE_MS;
      while (isAlive(running.pid) && Date.now() < deadline) await delay(POLL_MS);
    } else {
      return;
    }
    await rm(this.#ownerFile, { force: true });
  }

  async #askToShutDown(client: AgentClient): Promise<void> {
    try {
      await client.shutdown();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the agent did not take the request to shut down');
    }
  }

  async #find(signal: AbortSignal): Promise<RunningAgent | undefined> {
    const file = await readEndpointFile(this.#options.dataFolder);
    if (file === undefined || !isAlive(file.pid)) return undefined;
    const client = new AgentClient(shellEndpoint(file));
    try {
      const status = await client.status(signal);
      return status.pid === file.pid ? { client, pid: file.pid } : undefined;
    } catch (error) {
      signal.throwIfAborted();
      // A file that a killed agent left: its pid, and perhaps its port, are another program's now.
      this.#options.log.info({ err: error, agentPid: file.pid }, 'the endpoint file leads to no agent');
      return undefined;
    }
  }

  async #start(signal: AbortSignal): Promise<RunningAgent> {
    await mkdir(path.dirname(this.#outputFile), { recursive: true, mode: 0o700 });
    signal.throwIfAborted();
    // A file, not a pipe: the agent outlives a shell that crashes.
    const output = await open(this.#outputFile, 'w', 0o600);
    const { child, end } = this.#spawn(output.fd);
    await output.close();

    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const running = await this.#find(signal);
      if (running !== undefined) {
        // Perhaps another than the one just started: someone else's that was first keeps its owner.
        if (running.pid === child.pid) await this.#own(running.pid);
        return running;
      }
      if (end.reason !== undefined) throw await this.#failedStart(end.reason);
      if (Date.now() > deadline) {
        child.kill('SIGKILL');
        throw await this.#failedStart(`not ready after ${START_TIMEOUT_MS / 1000} s`);
      }
      await delay(POLL_MS, undefined, { signal });
    }
  }

  /** `end.reason` is set when the process is gone, or could not be made. */
  #spawn(outputDescriptor: number): { child: ChildProcess; end: { reason?: string } } {
    const { command, dataFolder, log } = this.#options;
    const child = spawn(command.executable, command.args, {
      stdio: ['ignore', outputDescriptor, outputDescriptor],
      env: command.environment,
      cwd: dataFolder,
      windowsHide: true,
    });
    const end: { reason?: string } = {};
    child.on('error', (error) => {
      end.reason = error.message;
      if (this.#child === child) this.#child = undefined;
    });
    child.once('exit', (code, killedBy) => {
      end.reason = killedBy === null ? `exit code ${code}` : `${killedBy}`;
      if (this.#child === child) this.#child = undefined;
      log.info({ agentPid: child.pid, code, killedBy }, 'the agent ended');
    });
    this.#child = child;
    log.info({ agentPid: child.pid, executable: command.executable }, 'the agent was started');
    return { child, end };
  }

  async #failedStart(reason: string): Promise<GataError> {
    const output = await readFile(this.#outputFile, 'utf8');
    const lastWords = output.trim().split('\n').at(-1)?.slice(-300);
    return new GataError(
      'agent-unreachable',
      `The Gata agent did not start (${reason}).${lastWords ? ` ${lastWords}` : ''}`,
    );
  }

  async #own(pid: number): Promise<void> {
    await writeFile(this.#ownerFile, JSON.stringify({ pid } satisfies z.infer<typeof ownedAgentSchema>));
  }

  async #owns(pid: number): Promise<boolean> {
    try {
      const owned = ownedAgentSchema.safeParse(JSON.parse(await readFile(this.#ownerFile, 'utf8')));
      return owned.data?.pid === pid;
    } catch (error) {
      this.#options.log.debug({ err: error }, 'no shell started this agent');
      return false;
    }
  }
}

/** Whether the process exists, as far as this user may know. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
