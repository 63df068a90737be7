import { openOrtEnvironment } from 'ort-native';
import { expect, test } from 'vitest';
import { compareConformance, conformanceCases } from '../support/onnx-conformance.ts';

const cases = conformanceCases();

test.runIf(cases.length > 0)(
  'the ONNX project’s tests give the same bytes as onnxruntime-node',
  { timeout: 120_000 },
  async () => {
    process.env.ORT_DISABLE_TELEMETRY = '1';
    using environment = openOrtEnvironment({ logSeverity: 'fatal' });
    const report = await compareConformance(environment, cases);
    console.log(
      `ONNX conformance: ${report.cases} cases, ${report.passBare} pass bare, ${report.identical} identical through ort-native`,
    );
    expect(report.different).toEqual([]);
    expect(report.passBare).toBeGreaterThan(report.cases / 2);
  },
);
