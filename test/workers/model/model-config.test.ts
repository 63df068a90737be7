import { afterAll, describe, expect, it } from 'vitest';
import { BundleFolder } from '../../../src/workers/model/bundle-folder.ts';
import { readModelConfig } from '../../../src/workers/model/model-config.ts';
import { writeBundle } from '../../support/onnx-bundle.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

function read(files: Record<string, string>) {
  const { manifest } = writeBundle(folder.path, files);
  return readModelConfig(new BundleFolder(folder.path, manifest));
}

describe('readModelConfig', () => {
  it('takes end tokens of the generation configuration before those of the model', async () => {
    const config = await read({
      'config.json':
        '{"eos_token_id": 1, "hidden_size": 64, "num_attention_heads": 4, "max_position_embeddings": 128}',
      'generation_config.json': '{"eos_token_id": [2, 3]}',
    });
    expect(config).toMatchObject({ endTokens: [2, 3], keyValueHeads: 4, headSize: 16, contextTokens: 128 });
  });

  it('knows nothing of a bundle without configuration', async () => {
    expect(await read({ 'x.onnx': '' })).toMatchObject({ endTokens: [], contextTokens: undefined });
  });

  it('refuses a file that is no JSON', async () => {
    await expect(read({ 'config.json': '{' })).rejects.toMatchObject({
      code: 'corrupt-bundle',
      message: expect.stringContaining('config.json'),
    });
  });
});
