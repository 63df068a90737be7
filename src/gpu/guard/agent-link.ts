import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFrame, FrameReader } from '../../shared/frame-codec.ts';
import { type FromGuard, type ToGuard, toGuardSchema } from '../../shared/gpu-guard-protocol.ts';

/** Readings that an agent has not taken by then are old, and newer ones are on their way. */
const UNREAD_BYTES_LIMIT = 256 * 1024;

export interface AgentLinkEvents {
  message(message: ToGuard): void;
  /** The agent closed its end, or died. */
  gone(): void;
  /** It sent what is not in the protocol. */
  violation(detail: string): void;
}

/** The frames between guard and agent. */
export class AgentLink {
  readonly #output: Writable;

  constructor(input: Readable, output: Writable, events: AgentLinkEvents) {
    this.#output = output;
    const frames = new FrameReader();
    input.on('data', (bytes: Buffer) => {
      try {
        for (const data of frames.push(bytes)) events.message(toGuardSchema.parse(data));
      } catch (error) {
        events.violation(error instanceof Error ? error.message : String(error));
      }
    });
    input.on('end', () => events.gone());
    input.on('error', () => events.gone());
    output.on('error', () => events.gone());
  }

  send(message: FromGuard): void {
    if (message.type === 'samples' && this.#output.writableLength > UNREAD_BYTES_LIMIT) return;
    this.#output.write(encodeFrame(message));
  }

  /** Until all is written, or `withinMs`. */
  async flushed(withinMs: number): Promise<void> {
    const written = new Promise<void>((resolve) => this.#output.write('', () => resolve()));
    await Promise.race([written, sleep(withinMs)]);
  }
}
