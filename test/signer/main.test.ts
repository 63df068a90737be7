import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader } from '../../src/shared/frame-codec.ts';
import { sealSignerSecret } from '../../src/shared/seal-signer-secret.ts';
import {
  DEFAULT_FEE_CEILING_WEI,
  type FromSigner,
  fromSignerSchema,
  type ToSigner,
} from '../../src/shared/signer-protocol.ts';
import { TEST_PROFILE } from '../support/network-profile.ts';

const PROGRAM = join(import.meta.dirname, '../../src/signer/main.ts');
const START: ToSigner = { type: 'start', profile: null, feeCeilingWei: DEFAULT_FEE_CEILING_WEI };

/** The signer's program without a sandbox. */
function startSigner() {
  const child = spawn(process.execPath, [PROGRAM], { env: {}, stdio: ['pipe', 'pipe', 'pipe'] });
  const exited = once(child, 'exit').then(([code]) => Number(code));
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += String(text);
  });
  const frames = new FrameReader();
  const received: FromSigner[] = [];
  child.stdout.on('data', (bytes: Buffer) => {
    received.push(...frames.push(bytes).map((data) => fromSignerSchema.parse(data)));
    child.emit('received');
  });
  return {
    exited,
    stderr: () => stderr,
    write: (bytes: Uint8Array) => child.stdin.write(bytes),
    end: () => child.stdin.end(),
    next: async (): Promise<FromSigner> => {
      while (received.length === 0) await once(child, 'received');
      const [first] = received.splice(0, 1);
      if (first === undefined) throw new Error('nothing was received');
      return first;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

describe('the signer program', () => {
  it('ends with the agent', async () => {
    await using signer = startSigner();
    signer.write(encodeFrame(START));
    expect(await signer.next()).toMatchObject({ type: 'ready', protocol: 1 });
    signer.end();
    expect(await signer.exited).toBe(0);
  });

  it.each([
    ['bytes that are no frame', Buffer.from([1, 0, 0, 0, 0xc1])],
    ['a message that is not in the protocol', encodeFrame({ type: 'give-me-the-key' })],
    ['a request before the start', encodeFrame({ type: 'create', id: 1, box: null })],
    ['a second start', Buffer.concat([encodeFrame(START), encodeFrame(START)])],
  ])('ends at %s, and repeats nothing of it', async (_name, bytes) => {
    await using signer = startSigner();
    signer.write(bytes);
    expect(await signer.exited).toBe(2);
    expect(signer.stderr()).toBe('protocol violation\n');
  });

  it('signs nothing without a key, nor without a network', async () => {
    const transaction = {
      chainId: TEST_PROFILE.chainId,
      nonce: 0,
      to: TEST_PROFILE.contracts.rewards,
      data: '0x',
      gasLimit: '1',
      maxFeePerGasWei: '1',
      maxPriorityFeePerGasWei: '1',
    };
    await using without = startSigner();
    without.write(encodeFrame(START));
    await without.next();
    without.write(encodeFrame({ type: 'sign-transaction', id: 1, transaction }));
    expect(await without.next()).toMatchObject({ id: 1, code: 'signing-refused' });

    await using locked = startSigner();
    locked.write(encodeFrame({ ...START, profile: TEST_PROFILE }));
    await locked.next();
    locked.write(encodeFrame({ type: 'sign-transaction', id: 2, transaction }));
    expect(await locked.next()).toMatchObject({ id: 2, code: 'wallet-locked' });
  });

  it('names no secret in what it refuses', async () => {
    await using signer = startSigner();
    signer.write(encodeFrame(START));
    const ready = await signer.next();
    const boxKey = ready.type === 'ready' ? ready.boxKey : '';
    const secret = 'zebra zebra zebra zebra zebra zebra zebra zebra zebra zebra zebra zebra';
    const from = { kind: 'words' as const, words: secret };
    const box = await sealSignerSecret('import', { password: 'quittung sofa marzipan pendel', from }, boxKey);
    signer.write(encodeFrame({ type: 'import', id: 3, box }));
    const answer = await signer.next();
    expect(answer).toMatchObject({ type: 'refused', code: 'invalid-words' });
    expect(JSON.stringify(answer) + signer.stderr()).not.toContain('zebra');
  });
});
