import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { Contract, formatEther, HDNodeWallet, JsonRpcProvider, NonceManager, parseEther } from 'ethers';
import { deployNetwork } from '../../contracts/deploy/deploy-network.ts';
import { localPlan } from '../../contracts/deploy/deployment-plan.ts';
import { CONTRACT_INTERFACES } from '../../src/shared/chain/contract-interfaces.ts';
import { type NetworkProfile, networkProfileSchema } from '../../src/shared/network-profile.ts';
import { ChildProgram } from './child-program.ts';
import { ensureContractsCompiled } from './compiled-contracts.ts';

/** anvil's own, whose accounts have keys that everybody knows: they are worth nothing anywhere. */
const CHAIN_ID = 31_337;
const PHRASE = 'test test test test test test test test test test test junk';
/** By anvil's numbers; 0 deploys. */
const SETTLER = 1;
const FAUCET = 2;
const RELAY = 3;
const START_TIMEOUT_MS = 60_000;
/** Blocks come with transactions, and by themselves so that time passes on the chain. */
const BLOCK_SECONDS = '5';
const SAVE_SECONDS = '10';

export interface EmbeddedChain extends AsyncDisposable {
  readonly child: ChildProgram;
  readonly profileFile: string;
  readonly settlerKeyFile: string;
  /** Of an account that pays the fees of others' claims. */
  readonly relayKeyFile: string;
  /** Sends an account of its coins, which are worth nothing. @param coins such as `0.5`. */
  sendCoins(address: string, coins: string): Promise<void>;
  /** How many of its coins an account has. */
  coinsOf(address: string): Promise<number>;
}

/**
 * A chain of this machine with the network's contracts, kept in `folder` from start to start.
 * @param say tells what takes long, a sentence each.
 */
export async function startEmbeddedChain(
  folder: string,
  say: (sentence: string) => void,
): Promise<EmbeddedChain> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const inFolder = (name: string) => path.join(folder, name);
  const stateFile = inFolder('state.json');
  const pidFile = inFolder('anvil.pid');
  endLeftover(pidFile, stateFile);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = new ChildProgram({
    name: 'the embedded chain',
    command: anvilProgram(),
    args: [
      ...['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(CHAIN_ID), '--silent'],
      ...['--state', stateFile, '--state-interval', SAVE_SECONDS],
      ...['--block-time', BLOCK_SECONDS, '--mixed-mining'],
    ],
  });
  writeFileSync(pidFile, String(child.process.pid));
  const provider = new JsonRpcProvider(url, CHAIN_ID, { staticNetwork: true, cacheTimeout: -1 });
  try {
    await child.waitUntil(async () => ((await answers(url)) ? true : undefined), START_TIMEOUT_MS);
    const profileFile = inFolder('network-profile.json');
    const known = readProfile(profileFile);
    const profile =
      known !== undefined && (await isDeployed(provider, known))
        ? { ...known, rpcUrls: [url] }
        : await deploy(provider, url, say);
    writeFileSync(profileFile, `${JSON.stringify(profile, null, 2)}\n`);
    const keyFile = (name: string, index: number) => {
      const file = inFolder(name);
      writeFileSync(file, account(index).privateKey, { mode: 0o600 });
      return file;
    };
    const faucet = new NonceManager(account(FAUCET).connect(provider));
    return {
      child,
      profileFile,
      settlerKeyFile: keyFile('settler.key', SETTLER),
      relayKeyFile: keyFile('relay.key', RELAY),
      sendCoins: async (to, coins) => {
        const sent = await faucet.sendTransaction({ to, value: parseEther(coins) });
        await sent.wait();
      },
      coinsOf: async (address) => Number(formatEther(await provider.getBalance(address))),
      [Symbol.asyncDispose]: async () => {
        provider.destroy();
        await child.stop();
      },
    };
  } catch (error) {
    provider.destroy();
    await child.stop();
    throw error;
  }
}

/** The deployer keeps the test token but for the settler's half. */
async function deploy(
  provider: JsonRpcProvider,
  url: string,
  say: (sentence: string) => void,
): Promise<NetworkProfile> {
  ensureContractsCompiled(say);
  say('Deploying the contracts on the embedded chain…');
  const [deployer, settler] = [account(0), account(SETTLER)];
  const signer = new NonceManager(deployer.connect(provider));
  const roles = { settler: settler.address, guardian: deployer.address, verifier: deployer.address };
  const plan = localPlan(url, CHAIN_ID, roles);
  const profile = await deployNetwork(signer, plan);
  const token = new Contract(profile.token.address, CONTRACT_INTERFACES.token, signer);
  const sent = await token.getFunction('transfer').send(settler.address, BigInt(plan.testSupply) / 2n);
  await sent.wait();
  return profile;
}

function account(index: number): HDNodeWallet {
  return HDNodeWallet.fromPhrase(PHRASE, '', `m/44'/60'/0'/0/${index}`);
}

async function isDeployed(provider: JsonRpcProvider, { contracts, token }: NetworkProfile): Promise<boolean> {
  const addresses = [token.address, ...Object.values(contracts)];
  const codes = await Promise.all(addresses.map((address) => provider.getCode(address)));
  return codes.every((code) => code !== '0x');
}

function readProfile(file: string): NetworkProfile | undefined {
  try {
    return networkProfileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // The first start, or one that was cut short.
    return undefined;
  }
}

/** Ends the chain that a killed supervisor left: it would go on writing the same state. */
function endLeftover(pidFile: string, stateFile: string): void {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (command.includes(stateFile)) process.kill(pid, 'SIGKILL');
  } catch {
    // There is none, or nothing that tells.
  }
}

async function answers(url: string): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body }).then(
    (response) => response.ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}

/** The binary itself: npm's link to it is a script, which would outlive its own end. */
function anvilProgram(): string {
  const names: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };
  const require = createRequire(import.meta.url);
  const name = `@foundry-rs/anvil-${process.platform}-${names[process.arch]}`;
  const folder = path.dirname(require.resolve(`${name}/package.json`));
  return path.join(folder, 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil');
}
