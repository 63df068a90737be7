import { z } from 'zod';

/**
 * Version of the admission rules. Raise it with every change that refuses or admits something else: what was
 * admitted under an older version is inspected again before it is used.
 */
export const ADMISSION_RULES_VERSION = 1;

/** Why something of a bundle is refused. */
const admissionCodeSchema = z.enum([
  'not-a-plain-file',
  'file-kind',
  'file-too-large',
  'malformed-file',
  'duplicate-field',
  'unknown-field',
  'ir-version',
  'unknown-opset',
  'custom-domain',
  'unknown-operator',
  'compiled-context',
  'unsupported-feature',
  'external-data',
  'element-type',
  'bad-shape',
  'bad-tensor',
  'expanding-constant',
  'cyclic-graph',
  'undefined-value',
  'duplicate-name',
  'bad-name',
  'bad-attribute',
  'bad-function',
  'nested-too-deep',
  'too-many',
  'too-large',
  'malformed-json',
  'invalid-config',
  'unsafe-pattern',
  'unsafe-template',
  'inspection-failed',
]);
export type AdmissionCode = z.infer<typeof admissionCodeSchema>;

const admissionReasonSchema = z.object({
  code: admissionCodeSchema,
  /** The file's path in the bundle. */
  file: z.string(),
  /** Where in the file: a node, tensor or JSON path; empty for the whole file. */
  place: z.string(),
  message: z.string(),
});
export type AdmissionReason = z.infer<typeof admissionReasonSchema>;

/** What the inspection of a bundle found. */
export const admissionReportSchema = z.object({
  rulesVersion: z.int().positive(),
  admitted: z.boolean(),
  /** Every reason to refuse the bundle, in the order found. */
  reasons: z.array(admissionReasonSchema),
  /** The inspection stopped because there were too many reasons or a file could not be read on. */
  stoppedEarly: z.boolean(),
  /** Sizes for the log and for a person; they decide nothing. */
  facts: z.object({
    graphs: z.int().nonnegative(),
    nodes: z.int().nonnegative(),
    initialisers: z.int().nonnegative(),
    bytesInspected: z.int().nonnegative(),
  }),
});
export type AdmissionReport = z.infer<typeof admissionReportSchema>;

/** Reasons that a person is shown in one message. */
const REASONS_SHOWN = 12;

/** The reasons of a refusal as one text. */
export function describeRefusal(report: AdmissionReport): string {
  const shown = report.reasons.slice(0, REASONS_SHOWN).map(describeReason);
  const others = report.reasons.length - shown.length;
  const end =
    others > 0 ? [`and ${others} more${report.stoppedEarly ? ' before the inspection stopped' : ''}`] : [];
  return [...shown, ...end].join('; ');
}

/** One reason as text: file, place and what is wrong. */
export function describeReason({ file, place, message }: AdmissionReason): string {
  return `${place === '' ? file : `${file}, ${place}`}: ${message}`;
}
