import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Contract } from 'ethers';
import { CONTRACT_INTERFACES } from '../../src/shared/chain/contract-interfaces.ts';
import {
  type ClaimRelayRequest,
  type ClaimRelayState,
  claimRelayRequestSchema,
} from '../../src/shared/claim-relay.ts';
import type { WalletBench } from './wallet-bench.ts';

/** A gateway that sends claims, at its route, and can be told to do otherwise. */
export interface TestClaimRelay extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ClaimRelayRequest[];
  /** What it answers instead of sending. */
  instead: ClaimRelayState | undefined;
}

export async function startTestClaimRelay({
  anvil,
  account,
  profile,
  proofs,
}: WalletBench): Promise<TestClaimRelay> {
  const rewards = new Contract(profile.contracts.rewards, CONTRACT_INTERFACES.rewards, anvil.deployer);
  const requests: ClaimRelayRequest[] = [];
  const sent = new Map<string, string>();
  const relay: { instead: ClaimRelayState | undefined } = { instead: undefined };
  const send = async ({ cumulative, stake }: ClaimRelayRequest): Promise<ClaimRelayState> => {
    if (relay.instead !== undefined) return relay.instead;
    let transactionHash = sent.get(cumulative);
    if (transactionHash === undefined) {
      const proof = (await proofs.proofOf(account))?.proof;
      const values = [account, cumulative, proof];
      const made =
        stake === null
          ? await rewards.getFunction('claim').send(...values)
          : await rewards.getFunction('claimAndStake').send(...values, stake.deadline, stake.signature);
      transactionHash = made.hash;
      sent.set(cumulative, made.hash);
    }
    return { state: 'sent', transactionHash, detail: null };
  };
  const server = createServer((request, response) => {
    const answer = async () => {
      if (request.url !== `/v1/rewards/${account}/relay`) {
        response.writeHead(404).end();
        return;
      }
      if (request.method === 'GET') {
        response.end(JSON.stringify({ offered: true, reason: null, minimumWei: '1' }));
        return;
      }
      const body = claimRelayRequestSchema.parse(await json(request));
      requests.push(body);
      response.end(JSON.stringify(await send(body)));
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The gateway has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    get instead() {
      return relay.instead;
    },
    set instead(state: ClaimRelayState | undefined) {
      relay.instead = state;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
