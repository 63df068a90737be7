import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { StandardMerkleTree } from '@openzeppelin/merkle-tree';
import { Contract, NonceManager, Wallet } from 'ethers';
import { CONTRACT_INTERFACES } from '../../src/shared/chain/contract-interfaces.ts';
import {
  type ClaimRelayRequest,
  type ClaimRelayState,
  claimRelayRequestSchema,
} from '../../src/shared/claim-relay.ts';
import type { Anvil } from './anvil.ts';

interface Leaf {
  readonly cumulative: bigint;
  readonly proof: string[];
}

/** What can be wrong with a gateway that is asked to send a claim. */
const FAULTS = ['drops', 'says-done', 'names-another', 'forgets'] as const;

/** A gateway that settles epochs, answers claimants, and sends claims when it feels like it. */
export class ChaosGateway implements AsyncDisposable {
  readonly url: string;
  /** Sends the claims. */
  readonly relayAddress: string;
  /** Among ten requests to send a claim, so many go wrong. */
  faultsInTen = 0;
  readonly #anvil: Anvil;
  readonly #account: string;
  readonly #settler: NonceManager;
  readonly #relay: NonceManager;
  readonly #rewards: { readonly bySettler: Contract; readonly byRelay: Contract };
  readonly #dice: () => number;
  readonly #close: () => Promise<void>;
  /** By root; a reorganisation may take a root away, and the one before is the newest again. */
  readonly #leaves = new Map<string, Leaf>();
  #cumulative = 0n;
  #served: { epoch: bigint; root: string } | undefined;

  private constructor(
    parts: { anvil: Anvil; rewards: string; account: string; dice: () => number },
    url: string,
    close: () => Promise<void>,
  ) {
    this.url = url;
    this.#anvil = parts.anvil;
    this.#account = parts.account;
    this.#dice = parts.dice;
    this.#close = close;
    const relay = new Wallet(Wallet.createRandom().privateKey, parts.anvil.provider);
    this.relayAddress = relay.address;
    this.#relay = new NonceManager(relay);
    this.#settler = new NonceManager(new Wallet(parts.anvil.deployerKey, parts.anvil.provider));
    this.#rewards = {
      bySettler: new Contract(parts.rewards, CONTRACT_INTERFACES.rewards, this.#settler),
      byRelay: new Contract(parts.rewards, CONTRACT_INTERFACES.rewards, this.#relay),
    };
  }

  static async start(parts: {
    readonly anvil: Anvil;
    /** The contract's address. */
    readonly rewards: string;
    readonly account: string;
    readonly dice: () => number;
  }): Promise<ChaosGateway> {
    const server = createServer((request, response) => {
      gateway.#handle(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The gateway has no port.');
    const close = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    const gateway = new ChaosGateway(parts, `http://127.0.0.1:${address.port}`, close);
    const coins = `0x${(10n ** 21n).toString(16)}`;
    await parts.anvil.provider.send('anvil_setBalance', [gateway.relayAddress, coins]);
    return gateway;
  }

  /** Makes a root of an epoch in which so much was earned, in wei, unless one waits already. */
  async settle(earned: bigint): Promise<void> {
    const { bySettler } = this.#rewards;
    const [epoch, root] = await bySettler.getFunction('liveRoot').staticCall();
    const [pendingEpoch, pendingRoot] = await bySettler.getFunction('pendingRoot').staticCall();
    if (pendingEpoch > 0n) {
      // Named before it is live: a claim with it has to wait.
      this.#served = { epoch: pendingEpoch, root: pendingRoot };
      return;
    }
    if (epoch > 0n) this.#served = { epoch, root };
    this.#cumulative += earned;
    const leaves: [string, bigint][] = [
      [this.#account, this.#cumulative],
      [this.#anvil.deployerAddress, 1n],
    ];
    const tree = StandardMerkleTree.of(leaves, ['address', 'uint256']);
    const proof = tree.getProof([this.#account, this.#cumulative]);
    this.#leaves.set(tree.root, { cumulative: this.#cumulative, proof });
    this.#settler.reset();
    // A reorganisation may take it away again; the next time sees that.
    await bySettler
      .getFunction('submitRoot')
      .send(epoch + 1n, tree.root, this.#cumulative + 1n, { gasLimit: 300_000n })
      .catch(() => undefined);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST') {
      const state = await this.#send(claimRelayRequestSchema.parse(await json(request)));
      if (state === undefined) response.destroy();
      else response.end(JSON.stringify(state));
      return;
    }
    const leaf = this.#served && this.#leaves.get(this.#served.root);
    if (this.#served === undefined || leaf === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { epoch, root } = this.#served;
    const { cumulative, proof } = leaf;
    response.end(JSON.stringify({ epoch: Number(epoch), cumulative: String(cumulative), proof, root }));
  }

  /** undefined: it does not answer. */
  async #send({ cumulative, stake }: ClaimRelayRequest): Promise<ClaimRelayState | undefined> {
    const state = (
      name: ClaimRelayState['state'],
      transactionHash: string | null,
      detail: string | null,
    ) => ({
      state: name,
      transactionHash,
      detail,
    });
    if (this.#dice() * 10 < this.faultsInTen) {
      const fault = FAULTS[Math.floor(this.#dice() * FAULTS.length)];
      if (fault === 'says-done') return state('done', null, null);
      if (fault === 'names-another') return state('sent', `0x${'12'.repeat(32)}`, null);
      if (fault === 'drops') return undefined;
      return state('waiting', null, 'Busy.');
    }
    const leaf = [...this.#leaves.values()].find((each) => String(each.cumulative) === cumulative);
    if (leaf === undefined) return state('refused', null, 'No such leaf.');
    const values = [this.#account, leaf.cumulative, leaf.proof];
    const method =
      stake === null
        ? this.#rewards.byRelay.getFunction('claim')
        : this.#rewards.byRelay.getFunction('claimAndStake');
    const all = stake === null ? values : [...values, stake.deadline, stake.signature];
    try {
      await method.staticCall(...all);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason.includes('NothingToClaim')) return state('sent', this.#sent.get(cumulative) ?? null, null);
      // Another root is live, perhaps for a moment.
      if (/NotInRoot/.test(reason)) return state('waiting', null, 'The root has changed.');
      return state('refused', null, reason.slice(0, 200));
    }
    this.#relay.reset();
    const { hash } = await method.send(...all, { gasLimit: 1_000_000n });
    this.#sent.set(cumulative, hash);
    return state('sent', hash, null);
  }

  /** By cumulative amount, the hash of its last transaction. */
  readonly #sent = new Map<string, string>();

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}
