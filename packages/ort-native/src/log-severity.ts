/** `OrtLoggingLevel`: the least severe messages that ONNX Runtime writes to the standard error stream. */
const SEVERITIES = ['verbose', 'info', 'warning', 'error', 'fatal'] as const;

export type LogSeverity = (typeof SEVERITIES)[number];

export function logSeverityValue(severity: LogSeverity): number {
  return SEVERITIES.indexOf(severity);
}
