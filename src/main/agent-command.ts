import path from 'node:path';
import { AGENT_ENVIRONMENT, AGENT_NODE_FLAGS } from '../shared/agent-runtime.ts';

export interface AgentCommand {
  /** A plain Node binary: Electron's own must not serve as one (the `runAsNode` fuse is off). */
  readonly executable: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Installation {
  readonly platform: NodeJS.Platform;
  readonly isPackaged: boolean;
  /** The repository's root in development; `…/resources/app.asar` in a package. */
  readonly appFolder: string;
  /** `process.resourcesPath` */
  readonly resourcesFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** How the agent is started: by the Node binary that the package ships, or by the `node` dev dependency. */
export function agentCommand(
  installation: Installation,
  dataFolder: string,
  agentArguments: readonly string[],
): AgentCommand {
  const { platform, isPackaged, appFolder, resourcesFolder } = installation;
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const nodeFolder = isPackaged
    ? paths.join(resourcesFolder, 'node')
    : paths.join(appFolder, 'node_modules', 'node', 'bin');
  // Node cannot read inside an archive: electron-builder.yml unpacks the agent.
  const programsFolder = isPackaged ? paths.join(resourcesFolder, 'app.asar.unpacked') : appFolder;
  return {
    executable: paths.join(nodeFolder, platform === 'win32' ? 'node.exe' : 'node'),
    args: [
      ...AGENT_NODE_FLAGS,
      paths.join(programsFolder, 'out', 'agent', 'main.js'),
      ...['--data-dir', dataFolder],
      ...agentArguments,
    ],
    environment: { ...withoutElectronVariables(installation.environment), ...AGENT_ENVIRONMENT },
  };
}

/** Electron's own variables (ELECTRON_RUN_AS_NODE and the like) are about Electron, not about the agent. */
function withoutElectronVariables(
  environment: Installation['environment'],
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('ELECTRON_') && name !== 'NODE_OPTIONS'),
  );
}
