import type { OnnxLimits } from '../admission-limits.ts';
import { type Findings, InspectionStopped } from '../findings.ts';
import type { ByteSource } from './byte-source.ts';
import { reportGrowth } from './constant-growth.ts';
import { GraphVisitor } from './graph-visitor.ts';
import { type Counts, Inspection, type Neighbours } from './inspection.ts';
import { ModelVisitor } from './model-visitor.ts';
import { walkMessage } from './walk-message.ts';
import { WireError, WireReader } from './wire-reader.ts';

/**
 * Looks at an ONNX file without loading it and adds every reason to refuse it to `findings`. Memory does not depend
 * on the size of its tensors, which are passed over; names and nodes are bounded by the limits.
 *
 * Loops without an end are not looked for: every run is bounded by the worker's time limit.
 */
export function inspectOnnx(
  source: ByteSource,
  limits: OnnxLimits,
  neighbours: Neighbours,
  findings: Findings,
): Readonly<Counts> {
  const inspection = new Inspection(findings, limits, neighbours, GraphVisitor.inside);
  if (source.size > limits.fileBytes) {
    findings.add('file-too-large', '', `it has ${source.size} bytes; ${limits.fileBytes} are allowed`);
    return inspection.counts;
  }
  try {
    walkMessage(new WireReader(source), 'ModelProto', new ModelVisitor(inspection), findings);
    for (const body of inspection.bodies) reportGrowth(inspection, body);
  } catch (error) {
    if (error instanceof WireError) addWireError(findings, error);
    else if (!(error instanceof InspectionStopped)) throw error;
  }
  return inspection.counts;
}

function addWireError(findings: Findings, error: WireError): void {
  try {
    findings.add('malformed-file', `byte ${error.offset}`, `it is no ONNX file: ${error.message}`);
  } catch (stopped) {
    if (!(stopped instanceof InspectionStopped)) throw stopped;
  }
}
