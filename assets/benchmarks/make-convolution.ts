import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { convolutionModel } from './convolution-model.ts';

/** Writes convolution.onnx again: `node assets/benchmarks/make-convolution.ts`. */
writeFileSync(path.join(import.meta.dirname, 'convolution.onnx'), convolutionModel());
