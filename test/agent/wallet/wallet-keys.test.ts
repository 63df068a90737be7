import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interface, Transaction, verifyTypedData, Wallet } from 'ethers';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { openWalletKeys } from '../../../src/agent/wallet/keys/open-wallet-keys.ts';
import type { WalletKeys } from '../../../src/agent/wallet/keys/wallet-keys.ts';
import { CONTRACT_INTERFACES } from '../../../src/shared/chain/contract-interfaces.ts';
import { rewardsDomain } from '../../../src/shared/chain/typed-data.ts';
import { sealSignerSecret } from '../../../src/shared/seal-signer-secret.ts';
import { createBoxKeys, unseal } from '../../../src/shared/sealed-box.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/shared/settings.ts';
import {
  type SIGNER_SECRETS,
  type SignerPurpose,
  WORDS_PURPOSE,
} from '../../../src/shared/signer-protocol.ts';
import { builtSigner } from '../../support/built-program.ts';
import { TEST_PROFILE } from '../../support/network-profile.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const PASSWORD = 'quittung sofa marzipan pendel';
const PRIVATE_KEY = `0x${'5c'.repeat(32)}`;
const ADDRESS = new Wallet(PRIVATE_KEY).address;
const CLAIM = {
  chainId: TEST_PROFILE.chainId,
  nonce: 3,
  to: TEST_PROFILE.contracts.rewards,
  data: new Interface(CONTRACT_INTERFACES.rewards).encodeFunctionData('claim', [ADDRESS, 10n ** 18n, []]),
  gasLimit: '100000',
  maxFeePerGasWei: '1000000000',
  maxPriorityFeePerGasWei: '1000000000',
};

let signerEntry = '';
beforeAll(async () => {
  signerEntry = await builtSigner();
}, 120_000);

/** The wallet of an agent, with a clock that the test moves. */
interface TestWallet extends AsyncDisposable {
  readonly folder: string;
  readonly keys: WalletKeys;
  settings: Settings['wallet'];
  nowMs: number;
  /** As after a restart of the agent. */
  reopen(): Promise<void>;
  seal<Purpose extends SignerPurpose>(
    purpose: Purpose,
    secret: z.infer<(typeof SIGNER_SECRETS)[Purpose]>,
  ): ReturnType<typeof sealSignerSecret>;
  importKey(): Promise<void>;
}

function testWallet(mechanisms?: readonly ('bubblewrap' | 'landlock')[]): TestWallet {
  const folder = temporaryFolder();
  const open = () =>
    openWalletKeys({
      dataFolder: folder.path,
      signerEntry,
      profile: TEST_PROFILE,
      settings: () => wallet.settings,
      changeSettings: ({ wallet: change }) => {
        wallet.settings = { ...wallet.settings, ...change };
      },
      mechanisms,
      clock: { now: () => new Date(wallet.nowMs) },
      logger: pino({ enabled: false }),
    });
  let keys: WalletKeys;
  const wallet: TestWallet = {
    folder: folder.path,
    settings: DEFAULT_SETTINGS.wallet,
    nowMs: Date.now(),
    get keys() {
      return keys;
    },
    reopen: async () => {
      await keys[Symbol.asyncDispose]();
      keys = open();
    },
    seal: async (purpose, secret) => sealSignerSecret(purpose, secret, await keys.boxKey()),
    importKey: async () => {
      const from = { kind: 'private-key' as const, privateKey: PRIVATE_KEY };
      await keys.import(await wallet.seal('import', { password: PASSWORD, from }));
    },
    [Symbol.asyncDispose]: async () => {
      await keys[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
  keys = open();
  return wallet;
}

describe('a wallet', () => {
  it('is not there at first, and can be watched without a key', async () => {
    await using wallet = testWallet();
    expect(wallet.keys.state()).toMatchObject({ state: 'none', address: null, signer: null });
    expect(wallet.keys.watch(ADDRESS)).toMatchObject({ state: 'watching', payoutAddress: ADDRESS });
    expect(wallet.keys.signerPid).toBeUndefined();
    const wrong = ADDRESS.replace(/[a-f]/, (letter) => letter.toUpperCase());
    for (const address of [wrong, `0x${'0'.repeat(40)}`, TEST_PROFILE.token.address, 'gata']) {
      expect(() => wallet.keys.watch(address)).toThrow(/payout address/);
    }
    expect(wallet.settings.payoutAddress).toBe(ADDRESS);
  });

  it('is created with words that only the screen can read, and kept when three of them are confirmed', async () => {
    await using wallet = testWallet();
    const screen = await createBoxKeys();
    const box = await wallet.seal('create', { password: PASSWORD, words: 12, replyTo: screen.publicKey });
    const { address, words, positions } = await wallet.keys.create(box);
    const phrase = new TextDecoder().decode(await unseal(words, screen, WORDS_PURPOSE)).split(' ');
    expect(phrase).toHaveLength(12);
    expect(Wallet.fromPhrase(phrase.join(' ')).address).toBe(address);
    expect(new Set(positions).size).toBe(3);
    expect(wallet.keys.state().state).toBe('none');

    const asked = positions.map((position) => phrase[position - 1] ?? '');
    const wrong = ['zebra', ...asked.slice(1)];
    await expect(
      wallet.keys.confirmWords(await wallet.seal('confirm-words', { words: wrong })),
    ).rejects.toMatchObject({ code: 'invalid-words' });
    expect(existsSync(join(wallet.folder, 'wallet.json'))).toBe(false);

    const state = await wallet.keys.confirmWords(await wallet.seal('confirm-words', { words: asked }));
    expect(state).toMatchObject({ state: 'unlocked', address, payoutAddress: address });
    expect(statSync(join(wallet.folder, 'wallet.json')).mode & 0o777).toBe(0o600);
    const again = await wallet.seal('create', { password: PASSWORD, words: 24, replyTo: screen.publicKey });
    await expect(wallet.keys.create(again)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is backed up and restored on another computer by its file alone', async () => {
    await using first = testWallet();
    await first.importKey();
    const { keystore } = first.keys.export();
    await using second = testWallet();
    const from = { kind: 'keystore' as const, keystore, keystorePassword: PASSWORD };
    const box = await second.seal('import', { password: `${PASSWORD} two`, from });
    expect(await second.keys.import(box)).toMatchObject({ state: 'unlocked', address: ADDRESS });
    expect((await Wallet.fromEncryptedJson(keystore, PASSWORD)).address).toBe(ADDRESS);
  });

  it('takes no weak password', async () => {
    await using wallet = testWallet();
    const from = { kind: 'private-key' as const, privateKey: PRIVATE_KEY };
    const box = await wallet.seal('import', { password: 'password123', from });
    await expect(wallet.keys.import(box)).rejects.toMatchObject({
      code: 'weak-password',
      message: expect.stringContaining('Use four or more words'),
    });
  });

  it('locks by ending the process that holds the key, by hand and by itself', async () => {
    await using wallet = testWallet();
    await wallet.importKey();
    const pid = wallet.keys.signerPid;
    expect(await wallet.keys.lock()).toMatchObject({ state: 'locked', autoLockAt: null });
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    await expect(wallet.keys.signTransaction(CLAIM)).rejects.toMatchObject({ code: 'wallet-locked' });

    const unlocked = await wallet.keys.unlock(await wallet.seal('unlock', { password: PASSWORD }));
    expect(unlocked.state).toBe('unlocked');
    expect(Date.parse(unlocked.autoLockAt ?? '')).toBe(wallet.nowMs + 15 * 60_000);
    await wallet.keys.signTransaction(CLAIM);
    wallet.nowMs += 15 * 60_000;
    await expect(wallet.keys.signTransaction(CLAIM)).rejects.toMatchObject({ code: 'wallet-locked' });
    expect((await wallet.keys.lock()).state).toBe('locked');
  });

  it('changes its password', async () => {
    await using wallet = testWallet();
    await wallet.importKey();
    const newPassword = `${PASSWORD} anders`;
    await wallet.keys.changePassword(
      await wallet.seal('change-password', { password: PASSWORD, newPassword }),
    );
    await wallet.keys.lock();
    await expect(
      wallet.keys.unlock(await wallet.seal('unlock', { password: PASSWORD })),
    ).rejects.toMatchObject({ code: 'wrong-password' });
    const state = await wallet.keys.unlock(await wallet.seal('unlock', { password: newPassword }));
    expect(state.state).toBe('unlocked');
  });

  it('is forgotten with its password or its typed address, and its file is kept under another name', async () => {
    await using wallet = testWallet();
    await wallet.importKey();
    await expect(wallet.keys.forget({ address: `0x${'9'.repeat(40)}` })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    const before = readFileSync(join(wallet.folder, 'wallet.json'), 'utf8');
    const keptAs = await wallet.keys.forget({
      box: await wallet.seal('check-password', { password: PASSWORD }),
    });
    expect(readFileSync(join(wallet.folder, keptAs), 'utf8')).toBe(before);
    expect(wallet.keys.state()).toMatchObject({ state: 'watching', payoutAddress: ADDRESS });
  });

  it('slows guessing down, also after a restart', async () => {
    await using wallet = testWallet();
    await wallet.importKey();
    const guess = async () => wallet.keys.unlock(await wallet.seal('unlock', { password: 'wrong' }));
    for (let failures = 0; failures < 3; failures++) {
      await expect(guess()).rejects.toMatchObject({ code: 'wrong-password' });
    }
    await expect(guess()).rejects.toMatchObject({ code: 'rate-limited' });
    await wallet.reopen();
    await expect(guess()).rejects.toMatchObject({ code: 'rate-limited' });
    expect(wallet.keys.state().retryAt).toBe(new Date(wallet.nowMs + 1000).toISOString());
    wallet.nowMs += 1000;
    const right = await wallet.seal('unlock', { password: PASSWORD });
    expect((await wallet.keys.unlock(right)).state).toBe('unlocked');
  });

  it('says that its file is damaged, keeps it, and takes a backup', async () => {
    await using wallet = testWallet();
    await wallet.importKey();
    const { keystore } = wallet.keys.export();
    await wallet.keys.lock();
    writeFileSync(join(wallet.folder, 'wallet.json'), keystore.slice(0, 90));
    expect(wallet.keys.state()).toMatchObject({
      state: 'damaged',
      problem: expect.stringContaining('not JSON'),
    });
    await expect(
      wallet.keys.unlock(await wallet.seal('unlock', { password: PASSWORD })),
    ).rejects.toMatchObject({ code: 'wallet-damaged' });
    const from = { kind: 'keystore' as const, keystore, keystorePassword: PASSWORD };
    await wallet.keys.import(await wallet.seal('import', { password: PASSWORD, from }));
    const kept = readdirSync(wallet.folder).find((name) => name.startsWith('wallet.damaged-'));
    expect(readFileSync(join(wallet.folder, kept ?? ''), 'utf8')).toBe(keystore.slice(0, 90));
  });
});

describe('the signer', () => {
  it('signs what it describes', async () => {
    await using wallet = testWallet();
    await wallet.importKey();
    const { raw, hash, description } = await wallet.keys.signTransaction(CLAIM);
    expect(Transaction.from(raw)).toMatchObject({
      from: ADDRESS,
      hash,
      data: CLAIM.data,
      nonce: 3,
      value: 0n,
    });
    expect(description).toMatchObject({ contract: 'rewards', call: 'claim', maxFeeWei: '100000000000000' });
    const consent = { account: ADDRESS, cumulative: '7', nonce: '0', deadline: '1800000000' };
    const { signature } = await wallet.keys.signTypedData({ type: 'claim-and-stake', ...consent });
    const domain = { ...rewardsDomain(TEST_PROFILE.chainId, TEST_PROFILE.contracts.rewards) };
    const types = {
      ClaimAndStake: ['account', 'cumulative', 'nonce', 'deadline'].map((name) => ({
        name,
        type: name === 'account' ? 'address' : 'uint256',
      })),
    };
    expect(verifyTypedData(domain, types, consent, signature)).toBe(ADDRESS);
    await expect(
      wallet.keys.signTransaction({ ...CLAIM, to: TEST_PROFILE.token.address }),
    ).rejects.toMatchObject({ code: 'signing-refused' });
  });

  it('opens a box once, for its own purpose and key only', async () => {
    await using wallet = testWallet();
    await wallet.importKey();
    const box = await wallet.seal('unlock', { password: PASSWORD });
    await wallet.keys.unlock(box);
    await expect(wallet.keys.unlock(box)).rejects.toMatchObject({ code: 'conflict' });
    const other = await wallet.seal('check-password', { password: PASSWORD });
    await expect(wallet.keys.unlock(other)).rejects.toMatchObject({ code: 'conflict' });
    const stale = await wallet.seal('unlock', { password: PASSWORD });
    await wallet.keys.lock();
    await expect(wallet.keys.unlock(stale)).rejects.toMatchObject({ code: 'conflict' });
    // None of these was a guess.
    expect(wallet.keys.state().retryAt).toBeNull();
  });

  it('locks the wallet when it is killed, and starts anew', async () => {
    await using wallet = testWallet();
    await wallet.importKey();
    process.kill(wallet.keys.signerPid ?? 0, 'SIGKILL');
    await expect.poll(() => wallet.keys.state().state, { timeout: 10_000 }).toBe('locked');
    const state = await wallet.keys.unlock(await wallet.seal('unlock', { password: PASSWORD }));
    expect(state.state).toBe('unlocked');
  });

  it.runIf(process.platform === 'linux').each(['bubblewrap', 'landlock'] as const)(
    'runs in %s with an empty environment, under a filter of system calls, with no sockets but its own streams',
    async (mechanism) => {
      await using wallet = testWallet([mechanism]);
      await wallet.importKey();
      const pid = wallet.keys.signerPid ?? 0;
      expect(wallet.keys.state().signer).toEqual({
        isolated: true,
        detail: expect.stringContaining(mechanism),
      });
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
      expect(environment.filter((variable) => !/^(PWD|TMPDIR)=/.test(variable))).toEqual([]);
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\t2$/m);
      const sockets = readdirSync(`/proc/${pid}/fd`)
        .map((descriptor) => readlinkSync(`/proc/${pid}/fd/${descriptor}`))
        .filter((target) => target.startsWith('socket:'));
      // Its standard streams, which Node makes as socket pairs.
      expect(sockets.length).toBeLessThanOrEqual(3);
    },
  );

  it('says so where no sandbox works', async () => {
    await using wallet = testWallet([]);
    await wallet.importKey();
    expect(wallet.keys.state().signer).toEqual({
      isolated: false,
      detail: expect.stringContaining('without a sandbox'),
    });
  });
});
