import { randomUUID } from 'node:crypto';
import type { GameView, JobView, ModelView, Status } from '../../src/shared/local-api.ts';
import { TASK_KINDS } from '../../src/shared/task.ts';
import { gameView } from './game-view.ts';
import { NO_PROFIT } from './no-profit.ts';

/** What a machine in the middle of its work looks like to the dashboard. */
export const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
export const ahead = (seconds: number) => ago(-seconds);

export function jobView(change: Partial<JobView> = {}): JobView {
  return {
    id: randomUUID(),
    attempt: 1,
    kind: 'text.generate',
    modelId: 'npc-chat',
    state: 'finished',
    acceptedAt: ago(5),
    startedAt: ago(4.9),
    endedAt: ago(3.6),
    tokens: 96,
    provider: 'cpu',
    runMs: 1248,
    energyJoules: null,
    earnedWei: null,
    error: null,
    ...change,
  };
}

/** A plausible past, newest first. */
export function jobHistory(count: number): JobView[] {
  return Array.from({ length: count }, (_, index) => {
    const acceptedAt = ago(8 + index * 7);
    const base = { acceptedAt, startedAt: acceptedAt, endedAt: ago(7 + index * 7) };
    if (index === 3) return jobView({ ...base, state: 'preempted', tokens: 41, runMs: null });
    if (index === 6)
      return jobView({
        ...base,
        state: 'failed',
        tokens: 0,
        runMs: null,
        error: {
          code: 'context-length-exceeded',
          message: 'The prompt has 733 tokens; this model takes 512.',
        },
      });
    const kind = TASK_KINDS[(index * 5 + (index % 3)) % 4] ?? 'embedding';
    const perKind = {
      'text.generate': {
        tokens: 60 + ((index * 37) % 80),
        runMs: 640 + ((index * 211) % 900),
        modelId: 'npc-chat',
      },
      embedding: { tokens: 12 + (index % 9), runMs: 4.2 + (index % 5), modelId: 'npc-chat' },
      'image.classify': { tokens: 0, runMs: 1.1 + (index % 3), modelId: 'digits' },
      'onnx.run': { tokens: 0, runMs: 0.8 + (index % 4), modelId: 'digits' },
    }[kind];
    return jobView({ ...base, kind, ...perKind });
  });
}

export function hadesView(change: Partial<GameView> = {}): GameView {
  const executable = 'Hades2.exe';
  const why = 'Steam installed it.';
  return gameView('Hades II', { pid: 4242, executable, why, since: ago(754), ...change });
}

export function modelView(change: Partial<ModelView> = {}): ModelView {
  const files = [{ path: 'onnx/model.onnx', bytes: 11_566_078, sha256: 'a'.repeat(64) }];
  return {
    digest: '1'.repeat(64),
    manifest: {
      schemaVersion: 1,
      id: 'npc-chat',
      name: 'NPC Chat',
      version: '1.0.0',
      description: 'A small decoder that answers as a character of a fantasy game.',
      licence: 'MIT',
      demo: true,
      tasks: ['text.generate', 'embedding', 'onnx.run'],
      contextTokens: 512,
      parameters: 2_885_888,
      files,
    },
    state: 'ready',
    bytes: 11_566_078,
    downloadedBytes: 11_566_078,
    origin: 'network',
    lastUsedAt: ago(5),
    error: null,
    ...change,
  };
}

export function demoModels(): ModelView[] {
  const chat = modelView();
  return [
    chat,
    modelView({
      digest: '2'.repeat(64),
      manifest: {
        ...chat.manifest,
        id: 'digits',
        name: 'Digits',
        description: 'Reads handwritten digits. Trained on the UCI set that scikit-learn ships.',
        tasks: ['image.classify', 'onnx.run'],
      },
      bytes: 148_320,
      downloadedBytes: 148_320,
    }),
  ];
}

export function readyState(change: Partial<Status> = {}): Status {
  return {
    version: '0.1.0',
    pid: 4711,
    startedAt: ago(9000),
    state: 'ready',
    reasons: [],
    resumesAt: null,
    currentJobs: [],
    tokensPerSecond: 212.4,
    device: { name: 'AMD Ryzen 7 7800X3D', provider: 'cpu' },
    quarantinedModels: [],
    sandbox: {
      mechanism: 'bubblewrap',
      working: true,
      detail: 'Models run without network and see no files but their own.',
      protections: [],
      selfTest: null,
    },
    network: {
      state: 'connected',
      gatewayUrl: 'http://127.0.0.1:7430',
      nodeId: '0x8f3a5c0d21b94e7786f1a2b3c4d5e6f708192a3b',
      embedded: true,
      detail: null,
    },
    games: [],
    today: {
      finished: 1284,
      failed: 2,
      preempted: 5,
      tokens: 71_930,
      energyJoules: 0,
      earnedWei: '0',
      byKind: { 'text.generate': 702, embedding: 318, 'image.classify': 181, 'onnx.run': 83 },
    },
    todayProfit: NO_PROFIT,
    notices: [],
    ...change,
  };
}

export function workingState(job: JobView = jobView(), change: Partial<Status> = {}): Status {
  return readyState({ state: 'working', currentJobs: [job], ...change });
}

export function runningJob(change: Partial<JobView> = {}): JobView {
  return jobView({ state: 'running', endedAt: null, runMs: null, tokens: 57, ...change });
}

export function gamePausedState(change: Partial<Status> = {}): Status {
  return readyState({
    state: 'paused',
    reasons: [{ code: 'game-running', message: 'Hades II is running', since: ago(754) }],
    games: [hadesView()],
    ...change,
  });
}
