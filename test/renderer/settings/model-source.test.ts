import { expect, it } from 'vitest';
import { sourceProblem } from '../../../src/renderer/settings/model-source.ts';

it.each([
  'onnx-community/Qwen3-0.6B-ONNX',
  '/home/me/model',
  'C:\\models\\x',
  'D:/models',
  '\\\\nas\\models',
])('takes %s', (source) => expect(sourceProblem(source)).toBeUndefined());

it.each(['model', 'a/b/c', '../model', 'https://huggingface.co/a/b', 'owner/na me'])('refuses %s', (source) =>
  expect(sourceProblem(source)).toBe('invalid'),
);

it('asks for something', () => expect(sourceProblem(' ')).toBe('empty'));
