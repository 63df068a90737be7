import { quoted } from '../findings.ts';
import { EntryVisitor } from './entry-visitor.ts';
import type { Inspection } from './inspection.ts';
import { COMPILED_CONTEXT_ATTRIBUTES, CONFIGURING_METADATA } from './operators.ts';

/** The visitor of one metadata entry at a place. */
export function metadataVisitor(inspection: Inspection, place: string): EntryVisitor {
  return new EntryVisitor(`the metadata of ${place}`, (key, _value, bytes) => {
    inspection.count('metadataEntries', 1, place);
    inspection.count('metadataBytes', bytes, place);
    if (key === undefined) inspection.add('bad-name', place, 'the key of a metadata entry is too long');
    else if (CONFIGURING_METADATA.has(key.toLowerCase())) {
      inspection.add(
        'unsupported-feature',
        place,
        `the metadata ${quoted(key)} would configure ONNX Runtime`,
      );
    } else if (COMPILED_CONTEXT_ATTRIBUTES.has(key.toLowerCase())) {
      inspection.add('compiled-context', place, `the metadata ${quoted(key)} refers to a compiled model`);
    }
  });
}
