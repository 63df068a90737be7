import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { JsonRpcProvider, NonceManager, Wallet } from 'ethers';
import { freePort } from './free-port.ts';

/** The key of the first account that anvil funds, as its documentation prints it: it is worth nothing anywhere. */
const FIRST_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';

export interface Anvil extends AsyncDisposable {
  readonly url: string;
  readonly chainId: number;
  readonly provider: JsonRpcProvider;
  /** Has coins, and counts its own nonces. */
  readonly deployer: NonceManager;
  readonly deployerKey: string;
  readonly deployerAddress: string;
  /** Lets time pass on the chain. */
  pass(seconds: number): Promise<void>;
}

/** A chain of this machine that makes a block of each transaction. */
export async function startAnvil(chainId = 31_337): Promise<Anvil> {
  const port = await freePort();
  const child = spawn(anvilProgram(), ['--port', String(port), '--chain-id', String(chainId), '--silent'], {
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, cacheTimeout: -1 });
  const wallet = new Wallet(FIRST_KEY, provider);
  const stop = async () => {
    provider.destroy();
    child.kill('SIGKILL');
    await exited;
  };
  try {
    while (!(await answers(url))) {
      if (child.exitCode !== null) throw new Error(`anvil ended with ${child.exitCode}.`);
      await sleep(20);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    chainId,
    provider,
    deployer: new NonceManager(wallet),
    deployerKey: FIRST_KEY,
    deployerAddress: wallet.address,
    pass: async (seconds) => {
      await provider.send('evm_increaseTime', [seconds]);
      await provider.send('evm_mine', []);
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function answers(url: string): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body }).then(
    (response) => response.ok,
    () => false,
  );
}

/** The binary itself: npm's link to it is a script that starts it, which a kill would not end. */
function anvilProgram(): string {
  const names: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'win32' : process.platform;
  const manifest = require.resolve(`@foundry-rs/anvil-${platform}-${names[process.arch]}/package.json`);
  return join(dirname(manifest), 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil');
}
