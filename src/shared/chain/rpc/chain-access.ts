import { ZodError } from 'zod';
import { GataError } from '../../gata-error.ts';
import type { NetworkProfile } from '../../network-profile.ts';
import { blockSchema, countSchema, hexDataSchema } from './chain-answers.ts';
import { ChainView } from './chain-view.ts';
import { type Fetch, RpcEndpoint } from './rpc-endpoint.ts';

const DEFAULT_TIMEOUT_MS = 8000;
/** Nodes of one chain are seldom further apart; a node that is would hold the others back. */
const MOST_BLOCKS_BEHIND = 64;

/** Whether one endpoint can be used, for the user. */
export interface EndpointHealth {
  readonly url: string;
  /** null: it can. */
  readonly problem: string | null;
}

/** The chain of a network profile, through all of its endpoints. */
export class ChainAccess {
  readonly profile: NetworkProfile;
  readonly #endpoints: readonly RpcEndpoint[];
  #health: readonly EndpointHealth[] = [];

  constructor(profile: NetworkProfile, fetch: Fetch, timeoutMs: number = DEFAULT_TIMEOUT_MS) {
    this.profile = profile;
    this.#endpoints = [...new Set(profile.rpcUrls)].map((url) => new RpcEndpoint(url, fetch, timeoutMs));
  }

  /** As of the last `look`. */
  get health(): readonly EndpointHealth[] {
    return this.#health;
  }

  /**
   * The chain at one block that every usable endpoint has and agrees on. An endpoint of another chain is left out.
   * @throws GataError `chain-unreachable`, `wrong-chain` when all are of another chain, or `chain-disagrees`.
   */
  async look(): Promise<ChainView> {
    const looks = await Promise.all(this.#endpoints.map((endpoint) => this.#tryEndpoint(endpoint)));
    const highest = Math.max(...looks.map(({ head }) => head ?? 0));
    // With two there is no telling which of them is wrong.
    const mayLeaveOut = looks.filter(({ head }) => head !== null).length > 2;
    const usable = looks.flatMap(({ endpoint, head }) => {
      if (head === null || (mayLeaveOut && head < highest - MOST_BLOCKS_BEHIND)) return [];
      return [{ endpoint, head }];
    });
    this.#health = looks.map(({ endpoint, problem }) => ({ url: endpoint.url, problem }));
    if (usable.length === 0) throw this.#unusable(looks.some((look) => look.isOtherChain));
    const view = new ChainView({
      endpoints: usable.map(({ endpoint }) => endpoint),
      witnessesNeeded: Math.min(2, this.#endpoints.length),
      height: Math.min(...usable.map(({ head }) => head)),
    });
    await view.confirmHead();
    return view;
  }

  /**
   * Compares the profile with the chain.
   * @throws GataError `wrong-chain` when a contract of the profile has no code; else as `look`.
   */
  async checkProfile(): Promise<void> {
    const view = await this.look();
    const addresses = { token: this.profile.token.address, ...this.profile.contracts };
    for (const [name, address] of Object.entries(addresses)) {
      const { value } = await view.ask('eth_getCode', [address, view.heightTag], hexDataSchema);
      if (value !== '0x') continue;
      throw new GataError(
        'wrong-chain',
        `The network profile "${this.profile.name}" names ${address} as ${name}, but chain ${this.profile.chainId} has no contract there. Use the profile of this chain.`,
      );
    }
  }

  async #tryEndpoint(endpoint: RpcEndpoint): Promise<EndpointLook> {
    try {
      const chain = await endpoint.ask('eth_chainId', []);
      const chainId = countSchema.parse('result' in chain ? chain.result : undefined);
      if (chainId !== this.profile.chainId) {
        const problem = `It serves chain ${chainId} instead of ${this.profile.chainId}.`;
        return { endpoint, head: null, isOtherChain: true, problem };
      }
      const latest = await endpoint.ask('eth_getBlockByNumber', ['latest', false]);
      const { number } = blockSchema.parse('result' in latest ? latest.result : undefined);
      return { endpoint, head: number, isOtherChain: false, problem: null };
    } catch (error) {
      const problem =
        error instanceof ZodError || error instanceof SyntaxError
          ? 'It answers something that is not understood.'
          : `It does not answer (${error instanceof Error ? error.message : String(error)}).`;
      return { endpoint, head: null, isOtherChain: false, problem };
    }
  }

  #unusable(isOtherChain: boolean): GataError {
    const { name, chainId } = this.profile;
    if (isOtherChain) {
      return new GataError(
        'wrong-chain',
        `The endpoints of ${name} serve another chain than ${chainId}. Nothing was sent. Check the network profile.`,
      );
    }
    return new GataError(
      'chain-unreachable',
      `No endpoint of ${name} answers. Nothing is lost; Gata tries again by itself.`,
    );
  }
}

interface EndpointLook {
  readonly endpoint: RpcEndpoint;
  readonly head: number | null;
  readonly isOtherChain: boolean;
  readonly problem: string | null;
}
