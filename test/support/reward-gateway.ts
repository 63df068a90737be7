import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ClaimRelayOffer, claimRelayRequestSchema } from '../../src/shared/claim-relay.ts';
import type { WalletBench } from './wallet-bench.ts';

/** What a wallet asks a gateway: proofs of the bench's rewards, and claims that the gateway's own account sends. */
export interface RewardGateway extends AsyncDisposable {
  readonly url: string;
  offer: ClaimRelayOffer;
  isDown: boolean;
  /** Claims that it sent. */
  readonly claims: number;
}

const NO_OFFER: ClaimRelayOffer = { offered: false, reason: 'This gateway pays no fees.', minimumWei: '0' };

export async function startRewardGateway(bench: WalletBench): Promise<RewardGateway> {
  const state: { offer: ClaimRelayOffer; isDown: boolean; readonly sent: Map<string, string> } = {
    offer: NO_OFFER,
    isDown: false,
    sent: new Map<string, string>(),
  };
  const relay = async (cumulative: string): Promise<string> => {
    const known = state.sent.get(cumulative);
    if (known !== undefined) return known;
    const proof = await bench.proofs.proofOf(bench.account);
    const claim = bench.contract('rewards').getFunction('claim');
    const { hash } = await claim.send(bench.account, cumulative, proof?.proof ?? []);
    state.sent.set(cumulative, hash);
    return hash;
  };
  const answer = async (method: string | undefined, url: string, body: string): Promise<unknown> => {
    if (!url.endsWith('/relay')) return bench.proofs.proofOf(bench.account);
    if (method !== 'POST') return state.offer;
    const { cumulative } = claimRelayRequestSchema.parse(JSON.parse(body));
    return { state: 'sent', transactionHash: await relay(cumulative), detail: null };
  };
  const server = createServer((request, response) => {
    if (state.isDown) {
      response.destroy();
      return;
    }
    text(request)
      .then((body) => answer(request.method, request.url ?? '', body))
      .then((result) => {
        response.statusCode = result === undefined ? 404 : 200;
        response.end(JSON.stringify(result ?? {}));
      })
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The gateway has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get offer() {
      return state.offer;
    },
    set offer(offer) {
      state.offer = offer;
    },
    get isDown() {
      return state.isDown;
    },
    set isDown(isDown) {
      state.isDown = isDown;
    },
    get claims() {
      return state.sent.size;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
