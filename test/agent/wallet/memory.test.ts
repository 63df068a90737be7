import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HDNodeWallet, Interface, Mnemonic } from 'ethers';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { CONTRACT_INTERFACES } from '../../../src/shared/chain/contract-interfaces.ts';
import { sealSignerSecret } from '../../../src/shared/seal-signer-secret.ts';
import { walletKeySchema, walletStateSchema } from '../../../src/shared/wallet.ts';
import { builtSigner } from '../../support/built-program.ts';
import { TEST_PROFILE } from '../../support/network-profile.ts';
import { countInMemory } from '../../support/process-memory.ts';

const PROGRAM = join(import.meta.dirname, '../../support/signing-agent.ts');
const startSchema = z.object({ url: z.string(), token: z.string() });
const SIGNATURES = 100;

/** Processes below another one. */
function descendantsOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => {
      try {
        const fields = readFileSync(`/proc/${other}/stat`, 'latin1').split(') ').at(-1)?.split(' ');
        return Number(fields?.[1]) === pid;
      } catch {
        return false;
      }
    });
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** What sets a sandbox up may be closed to an ordinary user; what runs in it is not. */
function readable(pid: number, needles: readonly Buffer[]) {
  try {
    return [countInMemory(pid, needles)];
  } catch {
    return [];
  }
}

/** As text of one and of two bytes a character, which is how V8 keeps strings. */
const asText = (text: string) => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];

it.runIf(process.platform === 'linux')(
  'keeps key, words and password out of the memory of the agent, which signed 100 times',
  async () => {
    await builtSigner();
    const agent = fork(PROGRAM, { stdio: 'inherit' });
    try {
      const [started] = await once(agent, 'message');
      const { url, token } = startSchema.parse(started);
      const post = async (path: string, body?: unknown): Promise<unknown> => {
        const headers = {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        };
        const init = { method: 'POST', headers, body: body === undefined ? null : JSON.stringify(body) };
        return (await fetch(url + path, init)).json();
      };
      const words = Mnemonic.fromEntropy(crypto.getRandomValues(new Uint8Array(16))).phrase;
      const account = HDNodeWallet.fromPhrase(words);
      const password = `quittung sofa ${crypto.randomUUID()}`;
      const seal = async <Purpose extends 'import' | 'unlock'>(
        purpose: Purpose,
        secret: Parameters<typeof sealSignerSecret<Purpose>>[1],
      ) => {
        const { boxKey } = walletKeySchema.parse(await post('/v1/wallet/key'));
        return { box: await sealSignerSecret(purpose, secret, boxKey) };
      };
      await post('/v1/wallet/import', await seal('import', { password, from: { kind: 'words', words } }));
      await post('/v1/wallet/lock');
      const state = await post('/v1/wallet/unlock', await seal('unlock', { password }));
      expect(walletStateSchema.parse(state)).toMatchObject({ state: 'unlocked', address: account.address });

      const claim = [account.address, 10n ** 18n, []];
      agent.send({
        times: SIGNATURES,
        sign: {
          chainId: TEST_PROFILE.chainId,
          nonce: 0,
          to: TEST_PROFILE.contracts.rewards,
          data: new Interface(CONTRACT_INTERFACES.rewards).encodeFunctionData('claim', claim),
          gasLimit: '100000',
          maxFeePerGasWei: '1000000000',
          maxPriorityFeePerGasWei: '1000000000',
        },
      });
      expect((await once(agent, 'message'))[0]).toEqual({ signed: SIGNATURES });

      const hex = account.privateKey.slice(2);
      const secrets = {
        key: [Buffer.from(hex, 'hex')],
        'key in hexadecimal': [...asText(hex), ...asText(hex.toUpperCase())],
        words: asText(words.split(' ').slice(0, 4).join(' ')),
        password: asText(password),
      };
      const needles = Object.values(secrets).flat();
      // The agent must know the account, so the search finds something in it.
      const known = asText(account.address);
      const pid = agent.pid ?? 0;
      const inAgent = countInMemory(pid, [...needles, ...known]);
      const found = descendantsOf(pid).flatMap((each) => readable(each, needles));
      const inSigner = needles.map((_needle, index) =>
        Math.max(...found.map(({ counts }) => counts[index] ?? 0)),
      );
      const megabytes = Math.round(inAgent.bytes / 1e6);
      console.log(
        `searched ${megabytes} MB of the agent: ${inAgent.counts.slice(0, needles.length).join(' ')}; signer: ${inSigner.join(' ')}`,
      );
      expect(inAgent.counts.slice(0, needles.length)).toEqual(needles.map(() => 0));
      expect(inAgent.counts.slice(needles.length).some((count) => count > 0)).toBe(true);
      // The key is there as bytes, and in the strings that signing makes.
      expect(inSigner[0]).toBeGreaterThan(0);
    } finally {
      const exited = once(agent, 'exit');
      agent.disconnect();
      await exited;
    }
  },
  120_000,
);
