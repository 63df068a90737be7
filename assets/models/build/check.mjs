// Checks both bundles in JavaScript with the packages the application uses: the tokenizer, the
// chat template, the cached decoder against torch's recorded answers, and the digits' accuracy.
// Run after evaluate_npc_chat.py, which records the answers: node assets/models/build/check.mjs
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import ort from 'onnxruntime-node';

const models = new URL('../', import.meta.url);
const file = (path) => readFileSync(new URL(path, models));
const json = (path) => JSON.parse(file(path).toString('utf8'));
const longs = (values, dims) => new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
const session = (path) =>
  ort.InferenceSession.create(fileURLToPath(new URL(path, models)), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
const argmax = (values) => values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
const farthest = (a, b) => a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);

function checkManifest(id) {
  const manifest = json(`${id}/gata-model.json`);
  const paths = manifest.files.map(({ path }) => path);
  assert.deepEqual(paths, [...paths].sort());
  for (const { path, bytes, sha256 } of manifest.files) {
    const content = file(`${id}/${path}`);
    assert.equal(content.length, bytes, path);
    assert.equal(createHash('sha256').update(content).digest('hex'), sha256, path);
  }
  return manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
}

const config = json('npc-chat/config.json');
const settings = json('npc-chat/tokenizer_config.json');
const tokenizer = new Tokenizer(json('npc-chat/tokenizer.json'), settings);
const template = new Template(settings.chat_template);
const encode = (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
const prompt = (messages) =>
  encode(template.render({ messages, bos_token: settings.bos_token, add_generation_prompt: true }));

function emptyCache(batch) {
  const cache = {};
  for (let layer = 0; layer < config.num_hidden_layers; layer++)
    for (const part of ['key', 'value'])
      cache[`past_key_values.${layer}.${part}`] = new ort.Tensor('float32', new Float32Array(0), [
        batch,
        config.num_key_value_heads,
        0,
        config.head_dim,
      ]);
  return cache;
}

const cacheFrom = (outputs) =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith('present.'))
      .map(([name, tensor]) => [name.replace('present', 'past_key_values'), tensor]),
  );

/** `rows` are equally long; `masks` cover past and present. */
function decode(decoder, rows, masks, positions, cache) {
  const dims = [rows.length, rows[0].length];
  return decoder.run({
    input_ids: longs(rows.flat(), dims),
    attention_mask: longs(masks.flat(), [rows.length, masks[0].length]),
    position_ids: longs(positions.flat(), dims),
    ...cache,
  });
}

const range = (from, to) => Array.from({ length: to - from }, (_, index) => from + index);
const ones = (count) => new Array(count).fill(1);
const lastRow = (tensor) => tensor.data.slice(-tensor.dims.at(-1));

async function greedy(decoder, ids, limit) {
  const made = [];
  let outputs = await decode(decoder, [ids], [ones(ids.length)], [range(0, ids.length)], emptyCache(1));
  while (made.length < limit) {
    const token = argmax(lastRow(outputs.logits));
    made.push(token);
    if (token === config.eos_token_id) break;
    const length = ids.length + made.length;
    outputs = await decode(decoder, [[token]], [ones(length)], [[length - 1]], cacheFrom(outputs));
  }
  return made;
}

function checkTokenizer(reference) {
  const texts = [
    ' ',
    'Hello there!',
    "I'll  take\tit\n\nnow  ",
    'Grüße, 世界 🐉 ẞ \u0000\u00a0é',
    '<3 | <|en d|>',
    '١٢٣ Ω≈ç√ 👩‍🚀',
  ];
  for (const text of texts) assert.equal(tokenizer.decode(encode(text)), text);
  for (const { text, ids } of reference?.encoded ?? []) assert.deepEqual(encode(text), ids, text);
  assert.equal(tokenizer.get_vocab?.(true).size ?? config.vocab_size, config.vocab_size);
  return texts.length + (reference?.encoded.length ?? 0);
}

async function checkCache(decoder) {
  const ids = prompt([
    { role: 'system', content: 'You are Mira, the innkeeper of Oakhollow.' },
    { role: 'user', content: 'Do you have a room for tonight?' },
  ]);
  const whole = await decode(decoder, [ids], [ones(ids.length)], [range(0, ids.length)], emptyCache(1));
  const hidden = config.hidden_size;
  assert.deepEqual(whole.last_hidden_state.dims, [1, ids.length, hidden]);
  assert.deepEqual(whole.logits.dims, [1, ids.length, config.vocab_size]);

  // The same prompt in three pieces, each many tokens on a past of many tokens.
  let piecewise;
  for (const [from, to] of [
    [0, 5],
    [5, 12],
    [12, ids.length],
  ])
    piecewise = await decode(
      decoder,
      [ids.slice(from, to)],
      [ones(to)],
      [range(from, to)],
      from === 0 ? emptyCache(1) : cacheFrom(piecewise),
    );
  const pieces = farthest(lastRow(whole.logits), lastRow(piecewise.logits));

  // A batch of two with the shorter row padded on the left, then one more token for both.
  const short = encode('<|begin|><|user|>Hello!<|end|><|assistant|>');
  const gap = ids.length - short.length;
  const rows = [ids, [...new Array(gap).fill(config.pad_token_id), ...short]];
  const masks = [ones(ids.length), [...new Array(gap).fill(0), ...ones(short.length)]];
  const positions = [range(0, ids.length), [...new Array(gap).fill(0), ...range(0, short.length)]];
  const both = await decode(decoder, rows, masks, positions, emptyCache(2));
  const next = await decode(
    decoder,
    [[9], [9]],
    masks.map((mask) => [...mask, 1]),
    [[ids.length], [short.length]],
    cacheFrom(both),
  );
  let batch = 0;
  for (const [row, alone] of [ids, short].entries()) {
    const longer = [...alone, 9];
    const single = await decode(
      decoder,
      [longer],
      [ones(longer.length)],
      [range(0, longer.length)],
      emptyCache(1),
    );
    const from = row * config.vocab_size;
    batch = Math.max(
      batch,
      farthest(lastRow(single.logits), next.logits.data.slice(from, from + config.vocab_size)),
    );
  }

  const full = new Array(config.max_position_embeddings).fill(9);
  const long = await decode(decoder, [full], [ones(full.length)], [range(0, full.length)], emptyCache(1));
  assert.ok(long.logits.data.every(Number.isFinite));
  assert.ok(pieces < 1e-3 && batch < 1e-3, `pieces ${pieces}, batch ${batch}`);
  return { pieces, batch };
}

async function timeStep(decoder, past) {
  const ids = new Array(past).fill(9);
  let outputs = await decode(decoder, [ids], [ones(past)], [range(0, past)], emptyCache(1));
  const times = [];
  for (let length = past + 1; length <= past + 100; length++) {
    const start = performance.now();
    outputs = await decode(decoder, [[9]], [ones(length)], [[length - 1]], cacheFrom(outputs));
    times.push(performance.now() - start);
  }
  return Number(times.sort((a, b) => a - b)[50].toFixed(3));
}

/** 8-bit greyscale, not interlaced, which is what train_digits.py writes. */
function readGreyPng(bytes) {
  const parts = [];
  let width = 0;
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const kind = bytes.toString('latin1', at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') {
      width = body.readUInt32BE(0);
      assert.deepEqual([...body.subarray(8)], [8, 0, 0, 0, 0]);
    }
    if (kind === 'IDAT') parts.push(body);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const rows = [];
  for (let at = 0; at < raw.length; at += width + 1) {
    const above = rows.at(-1) ?? new Array(width).fill(0);
    const row = [];
    for (let x = 0; x < width; x++) {
      const [a, b, c] = [row[x - 1] ?? 0, above[x], above[x - 1] ?? 0];
      const estimate = a + b - c;
      const nearest = [a, b, c].sort((p, q) => Math.abs(estimate - p) - Math.abs(estimate - q))[0];
      row.push((raw[at + 1 + x] + [0, a, b, (a + b) >> 1, nearest][raw[at]]) & 255);
    }
    rows.push(row);
  }
  return rows.flat();
}

async function checkDigits() {
  const decoder = await session('digits/onnx/model.onnx');
  const { rescale_factor, image_mean, image_std } = json('digits/preprocessor_config.json');
  const samples = json('../samples/digits-held-out.json');
  const pixels = samples.flatMap(({ png }) =>
    readGreyPng(Buffer.from(png, 'base64')).map(
      (value) => (value * rescale_factor - image_mean[0]) / image_std[0],
    ),
  );
  const input = new ort.Tensor('float32', Float32Array.from(pixels), [samples.length, 1, 8, 8]);
  const { logits } = await decoder.run({ pixel_values: input });
  const right = samples.filter(
    ({ label }, row) => String(argmax(logits.data.slice(row * 10, row * 10 + 10))) === label,
  );
  const accuracy = right.length / samples.length;
  assert.ok(accuracy >= 0.97, `accuracy ${accuracy}`);
  return { images: samples.length, accuracy: Number(accuracy.toFixed(4)) };
}

const recorded = new URL('build/.work/reference.json', models);
const reference = existsSync(recorded) ? JSON.parse(readFileSync(recorded, 'utf8')) : undefined;
const bytes = { npcChat: checkManifest('npc-chat'), digits: checkManifest('digits') };
const texts = checkTokenizer(reference);
const decoder = await session('npc-chat/onnx/model.onnx');
const cache = await checkCache(decoder);
for (const { messages, prompt: ids, reply } of reference?.greedy ?? []) {
  assert.deepEqual(prompt(messages), ids);
  assert.deepEqual(await greedy(decoder, ids, reply.length), reply, tokenizer.decode(ids));
}
console.log(
  JSON.stringify(
    {
      bytes,
      tokenizerTexts: texts,
      largestLogitDifference: cache,
      greedyRepliesEqualToTorch: reference?.greedy.length ?? 0,
      stepMillisecondsOneThread: {
        past32: await timeStep(decoder, 32),
        past400: await timeStep(decoder, 400),
      },
      digits: await checkDigits(),
    },
    null,
    2,
  ),
);
