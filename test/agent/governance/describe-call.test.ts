import { Interface } from 'ethers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeCall } from '../../../src/agent/governance/describe-call.ts';
import { encodeChange } from '../../../src/agent/governance/encode-change.ts';
import { plainText, titleOf } from '../../../src/agent/governance/plain-text.ts';
import { CONTRACT_INTERFACES } from '../../../src/shared/chain/contract-interfaces.ts';
import { TEST_PROFILE } from '../../support/network-profile.ts';

const { contracts } = TEST_PROFILE;
const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const call = (role: keyof typeof CONTRACT_INTERFACES, name: string, ...values: unknown[]) =>
  new Interface(CONTRACT_INTERFACES[role]).encodeFunctionData(name, values);
const sentence = (target: string, data: string) => describeCall(target, data, TEST_PROFILE).sentence;

test('says in words what the calls of governance do', () => {
  const { parameters, models, staking, governor, rewards } = contracts;
  expect(sentence(parameters, call('parameters', 'setFeeSplit', [8_550, 450, 1_000]))).toBe(
    'Split what buyers pay: 85.5% to nodes, 4.5% to the protocol, 10% to stakers.',
  );
  expect(sentence(models, call('models', 'setModelType', 'embed', false, 0))).toBe(
    'No longer admit models of the kind "embed".',
  );
  expect(sentence(governor, call('governor', 'setVotingPeriod', 5 * 86_400))).toBe('Let voting last 5 days.');
  expect(sentence(staking, call('staking', 'upgradeToAndCall', SOMEBODY, '0x'))).toBe(
    `Replace the code of the staking contract by that at ${SOMEBODY}.`,
  );
  expect(sentence(rewards.toLowerCase(), call('rewards', 'submitRoot', 1, `0x${'00'.repeat(32)}`, 2))).toBe(
    `Call submitRoot(1, 0x${'00'.repeat(32)}, 2) of the rewards contract.`,
  );
});

test('does not pretend to understand', () => {
  const data = call('parameters', 'setFeeSplit', [8_000, 500, 1_500]);
  expect(describeCall(SOMEBODY, data, TEST_PROFILE)).toEqual({ role: null, sentence: null });
  for (const other of [
    '0x',
    '0x12345678',
    `${data}00`,
    data.slice(0, -2),
    `${data.slice(0, 10)}${'ff'.repeat(96)}`,
  ])
    expect(describeCall(contracts.parameters, other, TEST_PROFILE)).toEqual({
      role: 'parameters',
      sentence: null,
    });
});

test('describes every change that Gata makes', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.nat(10_000), fc.bigInt(0n, 2n ** 96n - 1n), (one, two, wei) => {
      const texts = [
        encodeChange({ what: 'fee-split', nodes: one, protocol: two, stakers: 0 }, TEST_PROFILE),
        encodeChange(
          {
            what: 'reward-weights',
            usage: one,
            availabilityPerGpuHourWei: String(wei),
            availabilityPerEpochWei: String(wei),
          },
          TEST_PROFILE,
        ),
        encodeChange({ what: 'model-type', kind: 'a.b', admitted: true, rewardWeight: two }, TEST_PROFILE),
      ].map(({ target, data }) => sentence(target, data));
      expect(texts.every((text) => text !== null && !text.startsWith('Call'))).toBe(true);
    }),
  );
});

test('shows strangers’ text as plain text', () => {
  const text = (from: string) => plainText(new TextEncoder().encode(from));
  expect(text('a\r\nb\u0000\u202e\u2066c\u200b\ud83d\ude00')).toBe('a\nbc\ud83d\ude00');
  expect(text('x'.repeat(5000))).toHaveLength(4096);
  expect(titleOf('\n\n## **Less** for *nobody* ##\nmore')).toBe('Less** for *nobody');
  expect(titleOf('---\n')).toBe('');
  expect(titleOf('y'.repeat(200))).toHaveLength(120);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(plainText(bytes)).not.toMatch(/[^\P{Cc}\n\t]|\p{Cf}/u);
    }),
  );
});
