import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  capabilitySid,
  containerSid,
  decodeSid,
  encodeSid,
  LOW_INTEGRITY,
  restrictingSid,
} from '../../../src/confine/windows/sid.ts';

/** Known ones, from Microsoft's documentation of capabilities and from installed packages. */
test('containers and capabilities have the SIDs that Windows gives them', () => {
  expect(capabilitySid('registryRead')).toBe(
    'S-1-15-3-1024-1065365936-1281604716-3511738428-1654721687-432734479-3232135806-4053264122-3456934681',
  );
  expect(containerSid('Microsoft.MicrosoftEdge_8wekyb3d8bbwe')).toBe(
    'S-1-15-2-3624051433-2125758914-1423191267-1740899205-1073925389-3782572162-737981194',
  );
});

test('a SID of ours has the form of an account', () => {
  expect(restrictingSid('gataWorkerProgram')).toMatch(/^S-1-5-21(-\d+){4}$/);
});

test('the binary form is that of Windows', () => {
  expect(encodeSid(LOW_INTEGRITY).toString('hex')).toBe('010100000000001000100000');
  expect(encodeSid('S-1-5-32-544').toString('hex')).toBe('01020000000000052000000020020000');
});

test('every SID is read as it was written, wherever it lies', () => {
  const part = fc.integer({ min: 0, max: 0xffff_ffff });
  const sid = fc
    .tuple(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.array(part, { minLength: 1, maxLength: 15 }))
    .map(([authority, parts]) => ['S-1', authority, ...parts].join('-'));
  fc.assert(
    fc.property(sid, fc.integer({ min: 0, max: 20 }), (text, start) => {
      const bytes = Buffer.concat([Buffer.alloc(start, 0xff), encodeSid(text), Buffer.alloc(3, 0xff)]);
      expect(decodeSid(bytes, start)).toBe(text);
    }),
  );
});

test.each(['', 'S-1', 'S-2-5', 'Everyone', 'S-1-5-x', `S-1-5${'-1'.repeat(16)}`])('%j is refused', (text) => {
  expect(() => encodeSid(text)).toThrow(RangeError);
});
