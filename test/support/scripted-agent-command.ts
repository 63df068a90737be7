import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentCommand } from '../../src/main/agent-command.ts';

/** Starts `scripted-agent.ts` as the agent of a data folder. */
export function scriptedAgentCommand(dataFolder: string, behaviour = ''): AgentCommand {
  const program = path.join(import.meta.dirname, 'scripted-agent.ts');
  return {
    executable: process.execPath,
    args: [program, '--data-dir', dataFolder, '--behaviour', behaviour],
    environment: { ...process.env, NODE_OPTIONS: undefined },
  };
}

/** What the scripted agents of the folder met, in order. */
export function scriptedAgentEvents(dataFolder: string): string[] {
  return readFileSync(path.join(dataFolder, 'scripted-agent.log'), 'utf8').trim().split('\n');
}
