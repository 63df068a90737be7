import { createContext, useContext, useSyncExternalStore } from 'react';
import { GataError } from '../../shared/gata-error.ts';
import type { ApiClient } from './api-client.ts';
import type { Connection, ConnectionSnapshot } from './connection.ts';
import type { GpuRecorder } from './gpu-recorder.ts';
import type { SpeedHistory } from './speed-history.ts';

export interface Agent {
  readonly connection: Connection;
  readonly speed: SpeedHistory;
  readonly gpus: GpuRecorder;
}

const AgentContext = createContext<Agent | undefined>(undefined);
export const AgentProvider = AgentContext.Provider;

function useAgent(): Agent {
  const agent = useContext(AgentContext);
  if (agent === undefined) throw new Error('useAgent needs an AgentProvider above it.');
  return agent;
}

export function useConnection(): ConnectionSnapshot & { retryNow: () => void } {
  const { connection } = useAgent();
  const snapshot = useSyncExternalStore(connection.subscribe, connection.snapshot);
  return { ...snapshot, retryNow: () => connection.retryNow() };
}

/** True while the agent answers, so that what the user asks for can be done. */
export function useIsLive(): boolean {
  return useConnection().state.phase === 'live';
}

/** The client of the moment; while there is none, calls reject as they do when the agent is gone. */
export function useApi(): () => ApiClient {
  const { connection } = useAgent();
  return () => {
    const { client } = connection.snapshot();
    if (client === undefined) throw new GataError('agent-unreachable', 'Gata does not answer.');
    return client;
  };
}

export function useSpeedSamples(): readonly number[] {
  const { speed } = useAgent();
  return useSyncExternalStore(speed.subscribe, speed.samples);
}

export function useGpuRecorder(): GpuRecorder {
  return useAgent().gpus;
}
