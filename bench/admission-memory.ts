import { onnxLimitsOf } from '../src/agent/models/admission/admission-limits.ts';
import { Findings } from '../src/agent/models/admission/findings.ts';
import { OpenFileSource } from '../src/agent/models/admission/onnx/byte-source.ts';
import { inspectOnnx } from '../src/agent/models/admission/onnx/inspect-onnx.ts';

/** Inspects the model named on the command line once and prints by how many KiB that raised the process's peak. */
const before = process.resourceUsage().maxRSS;
const [path = ''] = process.argv.slice(2);
const source = new OpenFileSource(path);
const neighbours = { path: 'onnx/model.onnx', bytesByPath: new Map<string, number>() };
inspectOnnx(source, onnxLimitsOf(['onnx.run']), neighbours, new Findings());
source[Symbol.dispose]();
process.stdout.write(String(process.resourceUsage().maxRSS - before));
