import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { JsonRpcProvider, NonceManager, Wallet } from 'ethers';
import { deployNetwork } from './deploy-network.ts';
import { type DeploymentPlan, localPlan, mainnetPlan, testnetPlan } from './deployment-plan.ts';
import { verifyNetwork } from './verify-network.ts';

const HELP = `Deploys GATA's contracts, checks what was deployed, and writes the network profile that the app reads.

  npm run contracts:deploy -- --network local|bsc-testnet|bsc --key-file FILE --out PROFILE.json [options]

  --network NAME     which plan: local (chain id 31337), bsc-testnet (97) or bsc (56)
  --rpc URL          the chain's endpoint; needed for local
  --key-file FILE    holds the deployer's private key in hexadecimal; the account pays for gas and keeps no power
  --settler ADDRESS  may submit rewards and charge vouchers   (the deployer, if not given; needed for bsc)
  --guardian ADDRESS may veto rewards                         (the same)
  --verifier ADDRESS may ask for slashes                      (the same)
  --token ADDRESS    the real GATA; needed for bsc, which has no test token
  --out FILE         where the profile goes; an existing file is not overwritten
`;

const { values: flags } = parseArgs({
  options: {
    network: { type: 'string' },
    rpc: { type: 'string' },
    'key-file': { type: 'string' },
    settler: { type: 'string' },
    guardian: { type: 'string' },
    verifier: { type: 'string' },
    token: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

try {
  if (flags.help) process.stdout.write(HELP);
  else await main();
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const out = required('out');
  if (existsSync(out)) throw new Error(`${out} exists already. Name another file, or move it away.`);
  const wallet = new Wallet(readFileSync(required('key-file'), 'utf8').trim());
  const plan = planFor(wallet.address);
  const provider = new JsonRpcProvider(plan.rpcUrls[0], plan.chainId, { staticNetwork: false });
  try {
    const signer = new NonceManager(wallet.connect(provider));
    const profile = await deployNetwork(signer, plan, (sentence) => console.log(sentence));
    const wrong = await verifyNetwork(provider, profile, plan, wallet.address);
    if (wrong.length > 0) throw new Error(`The deployment is not as planned:\n- ${wrong.join('\n- ')}`);
    writeFileSync(out, `${JSON.stringify(profile, null, 2)}\n`, { flag: 'wx' });
    console.log(`Checked: code, roles and parameters are as planned. The profile is in ${out}.`);
  } finally {
    provider.destroy();
  }
}

function planFor(deployer: string): DeploymentPlan {
  const isReal = flags.network === 'bsc';
  const role = (name: 'settler' | 'guardian' | 'verifier') =>
    flags[name] ?? (isReal ? required(name) : deployer);
  const roles = { settler: role('settler'), guardian: role('guardian'), verifier: role('verifier') };
  switch (flags.network) {
    case 'local':
      return localPlan(required('rpc'), 31_337, roles);
    case 'bsc-testnet':
      return testnetPlan(roles, flags.rpc);
    case 'bsc':
      return mainnetPlan(roles, required('token'), flags.rpc);
    default:
      throw new Error('Say which network: --network local, bsc-testnet or bsc. More with --help.');
  }
}

function required(name: 'out' | 'key-file' | 'rpc' | 'token' | 'settler' | 'guardian' | 'verifier'): string {
  const value = flags[name];
  if (value === undefined) throw new Error(`--${name} is missing. More with --help.`);
  return value;
}
