import type { X11Connection } from './x11-connection.linux.ts';
import { getProperty } from './x11-requests.ts';

/** Longer properties are read up to here; those that are read here have a few words. */
const WORDS_LIMIT = 256;

/**
 * Numbers of a property of a window, as its owner wrote them; empty when it has none or is of another form.
 * @throws X11RequestError when the window is gone.
 */
export async function numbersOf(x11: X11Connection, window: number, property: string): Promise<number[]> {
  const reply = await x11.request(getProperty(window, await x11.atom(property), WORDS_LIMIT));
  if (reply.readUInt8(1) !== 32) return [];
  const count = Math.min(reply.readUInt32LE(16), (reply.length - 32) / 4, WORDS_LIMIT);
  return Array.from({ length: Math.floor(count) }, (_, index) => reply.readUInt32LE(32 + 4 * index));
}

/**
 * The text of a property; bytes that are no UTF-8 become replacement characters. Empty when there is none.
 * @throws X11RequestError when the window is gone.
 */
export async function textOf(x11: X11Connection, window: number, property: string): Promise<string> {
  const reply = await x11.request(getProperty(window, await x11.atom(property), WORDS_LIMIT));
  if (reply.readUInt8(1) !== 8) return '';
  return reply.toString('utf8', 32, 32 + Math.min(reply.readUInt32LE(16), reply.length - 32));
}
