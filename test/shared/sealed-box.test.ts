import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoxKeys, seal, unseal } from '../../src/shared/sealed-box.ts';

const bytes = fc.uint8Array({ maxLength: 500 }).map((each) => Uint8Array.from(each));

describe('a sealed box', () => {
  it('is opened by whom it is for', async () => {
    const keys = await createBoxKeys();
    await fc.assert(
      fc.asyncProperty(bytes, fc.string(), async (content, purpose) => {
        const box = await seal(content, keys.publicKey, purpose);
        expect(await unseal(box, keys, purpose)).toEqual(content);
      }),
      { numRuns: 50 },
    );
  });

  it('is opened by nobody else, for nothing else, and not when a bit of it was changed', async () => {
    const [keys, others] = [await createBoxKeys(), await createBoxKeys()];
    const box = await seal(Uint8Array.from([1, 2, 3]), keys.publicKey, 'unlock');
    await expect(unseal(box, others, 'unlock')).rejects.toThrow();
    await expect(unseal(box, keys, 'import')).rejects.toThrow();
    const content = Buffer.from(box.content, 'base64');
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length * 8 - 1), async (bit) => {
        const changed = Buffer.from(content);
        const at = bit >> 3;
        changed.writeUInt8(changed.readUInt8(at) ^ (1 << (bit & 7)), at);
        await expect(
          unseal({ ...box, content: changed.toString('base64') }, keys, 'unlock'),
        ).rejects.toThrow();
      }),
      { numRuns: 50 },
    );
  });
});
