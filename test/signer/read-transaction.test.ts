import { Interface, MaxUint256, Wallet, ZeroHash } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTRACT_INTERFACES } from '../../src/shared/chain/contract-interfaces.ts';
import type { UnsignedTransaction } from '../../src/shared/signer-protocol.ts';
import { KNOWN_CALLS } from '../../src/signer/known-calls.ts';
import { readTransaction } from '../../src/signer/read-transaction.ts';
import { TEST_PROFILE } from '../support/network-profile.ts';

const own = new Wallet(`0x${'ab'.repeat(32)}`).address;
const stranger = `0x${'9'.repeat(40)}`;
const { contracts, token } = TEST_PROFILE;
const places = { token: token.address, ...contracts };
const rules = { profile: TEST_PROFILE, own, feeCeilingWei: 10n ** 16n };

function call(
  contract: keyof typeof CONTRACT_INTERFACES,
  name: string,
  args: readonly unknown[],
  over: Partial<UnsignedTransaction> = {},
): UnsignedTransaction {
  return {
    chainId: TEST_PROFILE.chainId,
    nonce: 0,
    to: places[contract],
    data: new Interface(CONTRACT_INTERFACES[contract]).encodeFunctionData(name, args),
    gasLimit: '200000',
    maxFeePerGasWei: '1000000000',
    maxPriorityFeePerGasWei: '1000000000',
    ...over,
  };
}

const CLAIM = call('rewards', 'claim', [own, 12_500_000_000_000_000_000n, [ZeroHash]]);
function refuse(transaction: UnsignedTransaction): void {
  expect(() => readTransaction(transaction, rules)).toThrow(/The wallet does not sign this/);
}

describe('what is signed', () => {
  it.each([
    [CLAIM, /^Claim what this wallet has earned, 12\.5 GATA/],
    [
      call('token', 'approve', [places.staking, 10n ** 18n]),
      /^Let the staking contract take up to 1\.0 GATA/,
    ],
    [call('staking', 'deposit', [10n ** 18n, own]), /^Stake 1\.0 GATA\.$/],
    [call('staking', 'requestUnstake', [5n]), /^Put 5 shares/],
    [call('staking', 'withdrawUnstaked', [own]), /^Withdraw/],
    [call('staking', 'delegate', [own]), /oneself/],
    [call('governor', 'castVote', [7n, 1]), /^Vote "for" on proposal 7\.$/],
    [
      call('governor', 'propose', [
        [places.parameters],
        [0n],
        [
          new Interface(CONTRACT_INTERFACES.parameters).encodeFunctionData('setFeeSplit', [
            [7000, 1000, 2000],
          ]),
        ],
        'Less for nodes\n\nBecause.',
      ]),
      /^Propose to the network "Less for nodes": parameters\.setFeeSplit\(\[7000, 1000, 2000\]\)\.$/,
    ],
  ])('is told in words', (transaction, sentence) => {
    const { description } = readTransaction(transaction, rules);
    expect(description.sentence).toMatch(sentence);
    expect(description).toMatchObject({ network: 'Test network', maxFeeWei: '200000000000000' });
  });

  it('has its values with their kinds', () => {
    const { description } = readTransaction(CLAIM, rules);
    expect(description).toMatchObject({ contract: 'rewards', call: 'claim' });
    expect(description.values).toEqual([
      { name: 'account', kind: 'address', value: own },
      { name: 'cumulative', kind: 'token-wei', value: '12500000000000000000' },
      { name: 'proof', kind: 'bytes', value: `[${ZeroHash}]` },
    ]);
  });

  it('is exactly what was asked for, and sends no coins', () => {
    const { transaction } = readTransaction(CLAIM, rules);
    expect(transaction).toMatchObject({ value: 0n, data: CLAIM.data, nonce: 0, chainId: 31_337n });
  });

  it('has a name in the interfaces for every known call', () => {
    for (const [contract, calls] of Object.entries(KNOWN_CALLS)) {
      const lines: readonly string[] =
        Object.entries(CONTRACT_INTERFACES).find(([name]) => name === contract)?.[1] ?? [];
      const abi = new Interface(lines);
      for (const [name, { kinds }] of Object.entries(calls)) {
        expect(abi.getFunction(name)?.inputs.length, `${contract}.${name}`).toBe(kinds.length);
      }
    }
  });
});

describe('what is refused', () => {
  it.each([
    ['another chain', { ...CLAIM, chainId: 1 }],
    ['a stranger as the account of a claim', call('rewards', 'claim', [stranger, 1n, []])],
    ['a stake for a stranger', call('staking', 'deposit', [1n, stranger])],
    ['a withdrawal to a stranger', call('staking', 'withdrawUnstaked', [stranger])],
    ['a deposit for a stranger', call('escrow', 'deposit', [stranger, 1n])],
    ['an allowance for a stranger', call('token', 'approve', [stranger, 1n])],
    ['an allowance for a contract that needs none', call('token', 'approve', [places.rewards, MaxUint256])],
    ['a transfer', call('token', 'transfer', [stranger, 1n])],
    ["the settler's work", call('rewards', 'submitRoot', [1n, ZeroHash, 1n])],
    ["governance's work", call('parameters', 'setFeeSplit', [[1, 2, 3]])],
    ['coins in a proposal', call('governor', 'execute', [[stranger], [1n], ['0x'], ZeroHash])],
    ['a vote that there is not', call('governor', 'castVote', [1n, 3])],
    ['a fee above the ceiling', { ...CLAIM, maxFeePerGasWei: '1000000000000' }],
    ['too much gas', { ...CLAIM, gasLimit: '10000001', maxFeePerGasWei: '1', maxPriorityFeePerGasWei: '1' }],
    ['a tip above the fee', { ...CLAIM, maxPriorityFeePerGasWei: '1000000001' }],
    ['bytes after the arguments', { ...CLAIM, data: `${CLAIM.data}00` }],
    ['cut arguments', { ...CLAIM, data: CLAIM.data.slice(0, -2) }],
    ['no function', { ...CLAIM, data: '0x' }],
    ["another contract's function", { ...CLAIM, to: places.staking }],
    ['the right function of a stranger', { ...CLAIM, to: stranger }],
  ])('%s', (_name, transaction) => refuse(transaction));

  const hex = (bytes: { minLength?: number; maxLength: number }) =>
    fc.uint8Array(bytes).map((array) => `0x${Buffer.from(array).toString('hex')}`);
  const anyAddress = hex({ minLength: 20, maxLength: 20 });

  it('any data to any address', () => {
    const targets = fc.oneof(anyAddress, fc.constantFrom(...Object.values(places)));
    fc.assert(
      fc.property(targets, hex({ maxLength: 300 }), (to, data) => {
        refuse({ ...CLAIM, to, data });
      }),
      { numRuns: 2000 },
    );
  });

  it('any arguments after a known selector that are not for this wallet', () => {
    const selectors = Object.entries(KNOWN_CALLS).flatMap(([contract, calls]) => {
      const name = (['token', 'rewards', 'staking', 'escrow', 'governor'] as const).find(
        (each) => each === contract,
      );
      if (name === undefined) return [];
      const abi = new Interface(CONTRACT_INTERFACES[name]);
      return Object.keys(calls).map((each) => ({
        to: places[name],
        selector: abi.getFunction(each)?.selector ?? '',
        takesAnything: ['requestUnstake', 'cancelUnstake', 'castVote', 'delegate'].includes(each),
      }));
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...selectors.filter(({ takesAnything }) => !takesAnything)),
        hex({ maxLength: 400 }),
        ({ to, selector }, rest) => refuse({ ...CLAIM, to, data: selector + rest.slice(2) }),
      ),
      { numRuns: 2000 },
    );
  });

  it('one changed byte of a signed claim that changes the account or the function', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 35 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(CLAIM.data.slice(2), 'hex');
        bytes.writeUInt8(bytes.readUInt8(at) ^ flip, at);
        refuse({ ...CLAIM, data: `0x${bytes.toString('hex')}` });
      }),
      { numRuns: 500 },
    );
  });
});
