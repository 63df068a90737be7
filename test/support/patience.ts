import { vi } from 'vitest';

/** Runs before each test file. Vitest gives a condition one second, which a busy machine may need for a start. */
const PATIENCE_MS = 15_000;
const { waitFor } = vi;

vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
