import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import { chainAddressSchema } from '../../shared/network-profile.ts';
import { payoutAddressAnswerSchema, payoutAddressRequestSchema } from '../../shared/payout-address.ts';
import { type RewardProof, rewardProofSchema } from '../../shared/reward-proof.ts';
import { rewardStatementSchema, statementQuerySchema } from '../../shared/reward-statement.ts';
import { bearerToken } from '../bearer-token.ts';
import type { NodeTokens } from '../nodes/node-tokens.ts';
import type { PayoutAddresses } from '../nodes/payout-addresses.ts';
import type { EpochStore } from './epoch-store.ts';
import type { RewardTrees } from './reward-trees.ts';
import type { Statements } from './statements.ts';

export interface RewardRoutesParts {
  readonly epochs: EpochStore;
  readonly trees: RewardTrees;
  readonly statements: Statements;
  readonly payoutAddresses: PayoutAddresses;
  readonly tokens: NodeTokens;
  readonly clock: Clock;
}

/** Anybody may ask for anybody's proof, which the chain shows anyway, but not for everybody's at once. */
const PROOFS_A_MINUTE = 120;

const security = [{ nodeToken: [] }];

/** What nodes earned, and where it goes. */
export const rewardRoutes =
  (parts: RewardRoutesParts): FastifyPluginAsyncZod =>
  async (app) => {
    const { payoutAddresses, statements } = parts;
    const nodeOf = async (authorization: string | undefined): Promise<string> => {
      const nodeId = await parts.tokens.verify(bearerToken(authorization), parts.clock.now());
      if (nodeId !== undefined) return nodeId;
      throw new GataError('unauthorized', 'The session token is not valid or has expired. Enrol again.');
    };

    app.get(
      '/v1/rewards/:address',
      {
        config: { rateLimit: { max: PROOFS_A_MINUTE, timeWindow: '1 minute' } },
        schema: {
          tags: ['rewards'],
          params: z.object({ address: chainAddressSchema }),
          response: { 200: rewardProofSchema },
        },
      },
      async (request) => await proofFor(parts, request.params.address.toLowerCase()),
    );

    app.get(
      '/v1/nodes/me/payout-address',
      { schema: { tags: ['rewards'], security, response: { 200: payoutAddressAnswerSchema } } },
      async (request) => {
        const nodeId = await nodeOf(request.headers.authorization);
        return { payoutAddress: (await payoutAddresses.current(nodeId)) ?? null };
      },
    );

    app.put(
      '/v1/nodes/me/payout-address',
      {
        schema: {
          tags: ['rewards'],
          security,
          body: payoutAddressRequestSchema,
          response: { 200: payoutAddressAnswerSchema },
        },
      },
      async (request) => {
        const nodeId = await nodeOf(request.headers.authorization);
        return { payoutAddress: await payoutAddresses.set(nodeId, request.body) };
      },
    );

    app.get(
      '/v1/nodes/me/statement',
      {
        schema: {
          tags: ['rewards'],
          security,
          querystring: statementQuerySchema,
          response: { 200: rewardStatementSchema },
        },
      },
      async (request) => {
        const nodeId = await nodeOf(request.headers.authorization);
        return await statements.of(nodeId, request.query);
      },
    );
  };

/** By the root that pays; for an address that is in none yet, by the one that waits. */
async function proofFor({ epochs, trees }: RewardRoutesParts, address: string): Promise<RewardProof> {
  const [live, newest] = await Promise.all([epochs.newestLive(), epochs.newest()]);
  const leafIn = async (epoch: typeof newest) => {
    if (epoch?.root === undefined || epoch.root === null) return undefined;
    const tree = await trees.of(epoch.number);
    const found = tree.proofOf(address);
    return found === undefined ? undefined : { ...found, epoch, root: tree.root };
  };
  const paid = await leafIn(live);
  const latest = newest?.number === live?.number ? undefined : await leafIn(newest);
  const leaf = paid ?? latest;
  if (leaf !== undefined) {
    return {
      epoch: leaf.epoch.number,
      cumulative: String(leaf.cumulativeWei),
      proof: leaf.proof,
      root: leaf.root,
      live: leaf.epoch.state === 'live',
      ...(latest === undefined ? {} : { waitingWei: String(latest.cumulativeWei - leaf.cumulativeWei) }),
    };
  }
  throw new GataError('not-found', 'No epoch has given this address anything yet.');
}
