import type { TaskOutput } from '../../shared/task.ts';
import type { JobHandle } from '../dispatch/job-handle.ts';
import { chatCompletion } from './chat-completions.ts';
import { completion } from './completions.ts';
import { embeddingList } from './embeddings.ts';
import { imageClassification } from './image-classifications.ts';
import { onnxRun } from './onnx-runs.ts';

/** The result in the form of the call that made the job. */
export function jobResult(job: JobHandle, output: TaskOutput) {
  switch (output.kind) {
    case 'text.generate':
      return job.facts.endpoint === 'completions' ? completion(job, output) : chatCompletion(job, output);
    case 'embedding':
      return embeddingList(job, output, 'float');
    case 'onnx.run':
      return onnxRun(job, output);
    case 'image.classify':
      return imageClassification(job, output);
  }
}
