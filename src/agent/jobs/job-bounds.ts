import { BLOB_BYTES_LIMIT } from '../../shared/job-protocol.ts';
import type { TaskInput, TaskKind } from '../../shared/task.ts';

const MEBIBYTE = 1024 * 1024;
/** The longest generation, also where neither the request nor the model's manifest says how long it may be. */
const MOST_TOKENS = 128 * 1024;
/** More than the longest token of any vocabulary has in UTF-8, its number, and a chunk's frame of its own. */
const BYTES_PER_TOKEN = 1024;
const SMALL_OUTPUT_BYTES = MEBIBYTE;
/** Names of outputs, element types and frames around the data. */
const ENVELOPE_BYTES = MEBIBYTE;

interface WallLimit {
  readonly baseSeconds: number;
  readonly secondsPerUnit: number;
  readonly mostSeconds: number;
}

/**
 * The longest that this node lets a run take, whatever the gateway allows. A unit is a token that may be
 * generated, a text to embed, or a mebibyte of input.
 */
const WALL_LIMITS: Readonly<Record<TaskKind, WallLimit>> = {
  'text.generate': { baseSeconds: 120, secondsPerUnit: 2, mostSeconds: 1800 },
  embedding: { baseSeconds: 120, secondsPerUnit: 5, mostSeconds: 1800 },
  'image.classify': { baseSeconds: 60, secondsPerUnit: 10, mostSeconds: 300 },
  'onnx.run': { baseSeconds: 120, secondsPerUnit: 30, mostSeconds: 900 },
};

/** The most bytes that a job's encoded input may have. */
const INPUT_BYTES_LIMITS: Readonly<Record<TaskKind, number>> = {
  'text.generate': 16 * MEBIBYTE,
  embedding: BLOB_BYTES_LIMIT,
  'image.classify': 32 * MEBIBYTE,
  'onnx.run': BLOB_BYTES_LIMIT,
};

/** What a worker may give out for one run; it is killed beyond. */
export interface OutputBounds {
  /** Tokens of the whole generation, those that another node made included; null: the kind makes none. */
  readonly tokens: number | null;
  /** Everything it says, chunks and result, as it comes through the pipe. */
  readonly bytes: number;
  /** The input alone may ask for that much: more speaks against the request, not against the worker. */
  readonly isAskedFor: boolean;
}

export function inputBytesLimit(kind: TaskKind): number {
  return INPUT_BYTES_LIMITS[kind];
}

/** Seconds after which a run is ended: the offer's, and at most what this node allows for that kind and size. */
export function wallSecondsOf(offered: number, input: TaskInput, inputBytes: number): number {
  const { baseSeconds, secondsPerUnit, mostSeconds } = WALL_LIMITS[input.kind];
  return Math.min(offered, mostSeconds, baseSeconds + secondsPerUnit * unitsOf(input, inputBytes));
}

/** @param contextTokens of the model's manifest, which bounds prompt and generation together. */
export function outputBoundsOf(input: TaskInput, contextTokens: number | undefined): OutputBounds {
  switch (input.kind) {
    case 'text.generate': {
      const asked = input.sampling.maxTokens ?? MOST_TOKENS;
      const tokens = Math.min(MOST_TOKENS, asked, contextTokens ?? MOST_TOKENS);
      const bytes = Math.min(2 * BLOB_BYTES_LIMIT, SMALL_OUTPUT_BYTES + tokens * BYTES_PER_TOKEN);
      return { tokens, bytes, isAskedFor: false };
    }
    case 'image.classify':
      return { tokens: null, bytes: SMALL_OUTPUT_BYTES, isAskedFor: false };
    case 'embedding':
    case 'onnx.run':
      return { tokens: null, bytes: BLOB_BYTES_LIMIT + ENVELOPE_BYTES, isAskedFor: true };
  }
}

function unitsOf(input: TaskInput, inputBytes: number): number {
  switch (input.kind) {
    case 'text.generate':
      return input.sampling.maxTokens ?? MOST_TOKENS;
    case 'embedding':
      return input.texts.length;
    case 'image.classify':
    case 'onnx.run':
      return inputBytes / MEBIBYTE;
  }
}
