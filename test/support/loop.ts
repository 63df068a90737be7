import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type AgentProgram,
  type GatewayProgram,
  startAgentProgram,
  startGatewayProgram,
} from '../../scripts/start/programs.ts';

export interface Loop extends AsyncDisposable {
  /** Temporary; goes with the loop. */
  readonly folder: string;
  readonly gateway: GatewayProgram;
  readonly agent: AgentProgram;
}

/**
 * The built gateway and agent, connected, on free ports and a folder of their own.
 * @param flags of the agent, besides the usual ones.
 */
export async function startLoop(flags: readonly string[] = []): Promise<Loop> {
  await using cleanup = new AsyncDisposableStack();
  const folder = cleanup.use(await mkdtempDisposable(path.join(tmpdir(), 'gata-loop-'))).path;
  const gateway = cleanup.use(await startGatewayProgram({ dataFolder: path.join(folder, 'network') }));
  const agent = cleanup.use(
    await startAgentProgram({
      dataFolder: folder,
      gatewayUrl: gateway.url,
      embedded: true,
      catalogueRoot: gateway.catalogue.root,
      port: 0,
      flags,
    }),
  );
  const owned = cleanup.move();
  return { folder, gateway, agent, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
