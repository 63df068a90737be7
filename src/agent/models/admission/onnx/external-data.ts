import { isDeviceName } from '../device-name.ts';
import { quoted } from '../findings.ts';
import type { Inspection } from './inspection.ts';

/** A segment of a path as bundles have them. It excludes ONNX Runtime's own tags for addresses in memory. */
const PLAIN_SEGMENT = /^\w[\w.@+-]*$/;
const DIGITS = /^\d{1,15}$/;
const KEYS = new Set(['location', 'offset', 'length', 'checksum']);

/**
 * Checks where a tensor's data lies: in a file of the bundle, in the graph's own folder or below, and inside that
 * file. Everything else is a way out of the bundle.
 * @param entries the tensor's external_data; undefined where a text is too long.
 * @param bytes what the tensor's shape needs, in bytes; undefined when that is not known.
 */
export function checkExternalData(
  inspection: Inspection,
  place: string,
  entries: readonly (readonly [string | undefined, string | undefined])[],
  bytes: number | undefined,
): void {
  const refuse = (message: string) => inspection.add('external-data', place, message);
  const told = new Map<string, string>();
  for (const [key, value] of entries) {
    if (key === undefined || value === undefined) refuse('an entry of its external data is too long');
    else if (!KEYS.has(key)) refuse(`its external data has an unknown entry ${quoted(key)}`);
    else if (told.has(key)) refuse(`its external data has two entries ${quoted(key)}`);
    else told.set(key, value);
  }
  const offset = numberOf(told.get('offset'), 0);
  const length = numberOf(told.get('length'), bytes ?? 0);
  if (offset === undefined) refuse(`its data has no valid offset: ${quoted(told.get('offset') ?? '')}`);
  if (length === undefined) refuse(`its data has no valid length: ${quoted(told.get('length') ?? '')}`);
  if (bytes !== undefined && length !== undefined && length !== bytes) {
    refuse(`its data has ${length} bytes where its shape needs ${bytes}`);
  }
  const location = told.get('location') ?? '';
  const fault = locationFault(location);
  if (fault !== undefined) {
    refuse(`its data is said to be in ${quoted(location)}, which ${fault}`);
    return;
  }
  const file = fileOf(inspection, location);
  if (file === undefined) {
    refuse(`its data is said to be in ${quoted(location)}, which is no file of the bundle`);
    return;
  }
  if (offset !== undefined && length !== undefined && offset + length > file.bytes) {
    refuse(`its data ends at byte ${offset + length} of ${quoted(location)}, which has ${file.bytes}`);
  }
}

/** What is wrong with a location, whatever files there are; the end of a sentence. */
function locationFault(location: string): string | undefined {
  if (location === '') return 'is no place';
  if (location.startsWith('/') || location.startsWith('\\')) return 'is an absolute path';
  if (/^[A-Za-z]:/.test(location)) return 'names a drive';
  if (location.includes('://')) return 'is an address';
  if (location.includes('\\')) return 'holds a backslash';
  const segments = location.split('/');
  if (segments.includes('..')) return 'leaves the bundle';
  // Exporters sometimes write ./weights; with anything else than plain names a path can mean two things.
  const plain = segments[0] === '.' ? segments.slice(1) : segments;
  if (plain.length === 0 || !plain.every((segment) => PLAIN_SEGMENT.test(segment)))
    return 'is no plain relative path';
  if (plain.some(isDeviceName)) return 'names a device';
  return undefined;
}

/** The size of a file beside the graph, by its exact name; Windows would take another case for the same. */
function fileOf(inspection: Inspection, location: string): { readonly bytes: number } | undefined {
  const { path, bytesByPath } = inspection.neighbours;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const file = folder + location.replace(/^\.\//, '');
  const bytes = bytesByPath.get(file);
  // The graph itself is no file of weights.
  return bytes === undefined || file.endsWith('.onnx') ? undefined : { bytes };
}

function numberOf(text: string | undefined, absent: number): number | undefined {
  if (text === undefined) return absent;
  return DIGITS.test(text) ? Number(text) : undefined;
}
