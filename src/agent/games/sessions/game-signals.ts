import type { ForegroundWindow, Signal } from '../signals/signal.ts';

/** A card that a process draws or computes on. */
export interface GraphicsUse {
  readonly pid: number;
  readonly gpuUuid: string;
}

/** The watchers of this machine that help to tell a game; whoever opened them starts and disposes them. */
export interface GameSignals {
  readonly foreground: Signal<ForegroundWindow | null>;
  readonly gameMode: Signal<readonly number[]>;
  readonly steamApp: Signal<number | null>;
  /** null: not known. */
  readonly graphics: Signal<readonly GraphicsUse[] | null>;
}
