import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onnxLimitsOf } from '../../../../src/agent/models/admission/admission-limits.ts';
import { Findings } from '../../../../src/agent/models/admission/findings.ts';
import { MemorySource } from '../../../../src/agent/models/admission/onnx/byte-source.ts';
import { inspectOnnx } from '../../../../src/agent/models/admission/onnx/inspect-onnx.ts';
import { HOSTILE_MODELS, NEIGHBOURS } from '../../../fuzz/corpus/onnx-shapes.ts';
import {
  around,
  externalEntry,
  FLOAT,
  initialiser,
  integer,
  node,
} from '../../../fuzz/corpus/onnx-writer.ts';

function inspect(bytes: Uint8Array) {
  const findings = new Findings();
  findings.enter('onnx/model.onnx');
  const counts = inspectOnnx(new MemorySource(bytes), onnxLimitsOf(['onnx.run']), NEIGHBOURS, findings);
  return { reasons: findings.reasons, counts };
}

const CONFORMANCE = '/usr/share/libonnx-testdata/data';

describe('inspecting an ONNX file', () => {
  it('admits a plain graph', () => {
    expect(inspect(around())).toMatchObject({
      reasons: [],
      counts: { graphs: 1, nodes: 1, initialisers: 0 },
    });
  });

  it('admits weights beside the graph, in a file of the bundle', () => {
    const weights = initialiser(
      'w',
      [4],
      FLOAT,
      externalEntry('location', 'model.onnx_data'),
      externalEntry('offset', '984'),
      externalEntry('length', '16'),
      integer(14, 1),
    );
    expect(inspect(around(weights)).reasons).toEqual([]);
  });

  it.each(HOSTILE_MODELS)('refuses $name', ({ bytes, code, says }) => {
    const { reasons } = inspect(bytes);
    const texts = reasons
      .filter((reason) => reason.code === code)
      .map(({ place, message }) => `${place}: ${message}`);
    expect(
      texts.some((text) => says.test(text)),
      JSON.stringify(reasons.slice(0, 5)),
    ).toBe(true);
  });

  it('says every reason, with the node or tensor', () => {
    const { reasons } = inspect(
      around(
        node({
          operator: 'EPContext',
          domain: 'com.microsoft',
          inputs: ['x'],
          outputs: ['a'],
          name: 'first',
        }),
        node({ operator: 'Spawn', domain: 'evil', inputs: ['ghost'], outputs: ['b'], name: 'second' }),
        initialiser('w', [4], FLOAT),
      ),
    );
    expect(reasons.map(({ code, place }) => [code, place])).toEqual([
      ['compiled-context', 'node "first" (EPContext)'],
      ['bad-tensor', 'initialiser "w"'],
      ['undefined-value', 'node "second" (Spawn)'],
      ['custom-domain', 'node "second" (Spawn)'],
    ]);
  });

  it('stops after enough reasons', () => {
    const nodes = Array.from({ length: 1000 }, (_, index) =>
      node({ operator: 'EPContext', inputs: ['x'], outputs: [`z${index}`] }),
    );
    expect(inspect(around(...nodes)).reasons.length).toBeLessThanOrEqual(200);
  });

  it('does not read a file beyond its limit', () => {
    const findings = new Findings();
    inspectOnnx(
      {
        size: 3 * 2 ** 30,
        read: () => {
          throw new Error('read');
        },
      },
      onnxLimitsOf(['onnx.run']),
      NEIGHBOURS,
      findings,
    );
    expect(findings.reasons).toMatchObject([{ code: 'file-too-large' }]);
  });

  it('admits a classifier only up to its own size', () => {
    const relu = node({ operator: 'Relu', inputs: ['x'] });
    const many = around(Buffer.concat(Array.from({ length: 20_001 }, () => relu)));
    const findings = new Findings();
    inspectOnnx(new MemorySource(many), onnxLimitsOf(['image.classify']), NEIGHBOURS, findings);
    expect(findings.reasons.map(({ code }) => code)).toContain('too-many');
  });

  it.skipIf(!existsSync(CONFORMANCE))("admits all of ONNX's own test models but those for training", () => {
    const files = globSync(`${CONFORMANCE}/**/*.onnx`);
    const refused = files.flatMap((file) => {
      const [reason] = inspect(readFileSync(file)).reasons;
      return reason === undefined ? [] : [{ file: dirname(file), message: reason.message }];
    });
    expect(files.length).toBeGreaterThan(500);
    expect(refused.filter(({ message }) => !/training/.test(message))).toEqual([]);
  });
});
