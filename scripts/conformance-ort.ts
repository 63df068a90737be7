import { openOrtEnvironment } from 'ort-native';
import { compareConformance, conformanceCases } from '../test/support/onnx-conformance.ts';

/** `npm run conformance:ort`: the ONNX project's tests through ort-native, byte for byte as onnxruntime-node. */
process.env.ORT_DISABLE_TELEMETRY = '1';
const environment = openOrtEnvironment({ logSeverity: 'fatal' });
const report = await compareConformance(environment, conformanceCases());
environment[Symbol.dispose]();
console.log(JSON.stringify(report, undefined, 2));
if (report.cases === 0) {
  console.error('There are no cases here. Install them (Debian: apt-get install libonnx-testdata).');
}
process.exitCode = report.cases > 0 && report.different.length === 0 ? 0 : 1;
