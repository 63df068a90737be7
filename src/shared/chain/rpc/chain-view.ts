import { Interface } from 'ethers/abi';
import type { z } from 'zod';
import { GataError } from '../../gata-error.ts';
import { CallRevertedError, isRevert, revertOf } from './call-reverted.ts';
import {
  blockSchema,
  countSchema,
  hexDataSchema,
  quantitySchema,
  type Receipt,
  receiptSchema,
} from './chain-answers.ts';
import type { RpcAnswer, RpcEndpoint } from './rpc-endpoint.ts';

/** A value, and how many endpoints said the same. */
export interface Witnessed<Value> {
  readonly value: Value;
  readonly witnesses: number;
}

export interface ChainCall {
  readonly from: string;
  readonly to: string;
  readonly data: string;
}

/** The chain at one height, as all endpoints that answer see it. */
export class ChainView {
  readonly height: number;
  /** What may not be undone is done only on the word of so many endpoints. */
  readonly witnessesNeeded: number;
  readonly #endpoints: readonly RpcEndpoint[];

  constructor(options: {
    readonly endpoints: readonly RpcEndpoint[];
    readonly witnessesNeeded: number;
    readonly height: number;
  }) {
    this.#endpoints = options.endpoints;
    this.witnessesNeeded = options.witnessesNeeded;
    this.height = options.height;
  }

  get heightTag(): string {
    return tag(this.height);
  }

  isSure(answer: Witnessed<unknown>): boolean {
    return answer.witnesses >= this.witnessesNeeded;
  }

  /** @throws GataError `chain-disagrees` when the endpoints have different blocks at this height. */
  async confirmHead(): Promise<void> {
    await this.blockWitnessed(this.height);
  }

  async block(height: number): Promise<z.infer<typeof blockSchema>> {
    return (await this.blockWitnessed(height)).value;
  }

  blockWitnessed(height: number): Promise<Witnessed<z.infer<typeof blockSchema>>> {
    return this.ask('eth_getBlockByNumber', [tag(height), false], blockSchema);
  }

  /** How many transactions of the account are in blocks up to `height`: the next one's nonce. */
  transactionCount(account: string, height: number = this.height): Promise<Witnessed<number>> {
    return this.ask('eth_getTransactionCount', [account, tag(Math.max(0, height))], countSchema);
  }

  /** In wei of the chain's coin. */
  async coins(account: string): Promise<bigint> {
    return (await this.ask('eth_getBalance', [account, this.heightTag], quantitySchema)).value;
  }

  /** undefined: no block up to this height has it. */
  receipt(hash: string): Promise<Witnessed<Receipt | undefined>> {
    const schema = receiptSchema.nullable().transform((receipt) => {
      if (receipt === null || receipt.blockNumber > this.height) return undefined;
      if (receipt.transactionHash !== hash) throw new Error('A receipt of another transaction.');
      return receipt;
    });
    return this.ask('eth_getTransactionReceipt', [hash], schema);
  }

  /** @throws CallRevertedError when the contract refuses. */
  async read(
    abi: readonly string[],
    to: string,
    name: string,
    ...values: unknown[]
  ): Promise<readonly unknown[]> {
    return (await this.readAt(this.height, abi, to, name, ...values)).value;
  }

  /** The same at an earlier block. Nodes keep some hundred. @throws CallRevertedError when the contract refuses. */
  async readAt(
    height: number,
    abi: readonly string[],
    to: string,
    name: string,
    ...values: unknown[]
  ): Promise<Witnessed<readonly unknown[]>> {
    const contract = new Interface(abi);
    const data = contract.encodeFunctionData(name, values);
    const { value, witnesses } = await this.ask('eth_call', [{ to, data }, tag(height)], hexDataSchema);
    return { value: contract.decodeFunctionResult(name, value).toArray(), witnesses };
  }

  /**
   * The gas that a call would take: the most that any endpoint says.
   * @throws CallRevertedError when it would be refused.
   */
  async estimateGas(call: ChainCall): Promise<bigint> {
    const answers = await this.#askAll('eth_estimateGas', [call, this.heightTag]);
    const reverts = answers.filter(isRevert);
    if (reverts.length > 0) {
      if (reverts.length < answers.length) throw disagreement('eth_estimateGas');
      const [revert] = reverts;
      throw new CallRevertedError(revertOf(revert));
    }
    const ascending = parseAll(answers, quantitySchema).sort(compare);
    return ascending.at(-1) ?? 0n;
  }

  /** The live price of gas, in wei: the lowest that an endpoint names, for a lie may not cost money. */
  async gasPrice(): Promise<bigint> {
    const [lowest] = parseAll(await this.#askAll('eth_gasPrice', []), quantitySchema).sort(compare);
    return lowest ?? 0n;
  }

  /** Hands a signed transaction to every endpoint. Resolves to what kept each of them from taking it. */
  async broadcast(raw: string): Promise<readonly string[]> {
    const answers = await this.#askAll('eth_sendRawTransaction', [raw]);
    return answers.flatMap((answer) => ('error' in answer ? [answer.error.message] : []));
  }

  /**
   * One answer that the endpoints agree on: all, or with three and more of them the majority.
   * @throws GataError `chain-disagrees` or `chain-unreachable`; CallRevertedError when the contract refuses.
   */
  async ask<Schema extends z.ZodType>(
    method: string,
    params: readonly unknown[],
    schema: Schema,
  ): Promise<Witnessed<z.infer<Schema>>> {
    const answers = await this.#askAll(method, params);
    const groups = new Map<string, { value: z.infer<Schema>; witnesses: number }>();
    const reverts = answers.filter(isRevert);
    const rest = answers.filter((answer) => !isRevert(answer));
    const values = rest.length === 0 ? [] : parseAll(rest, schema);
    for (const value of values) {
      const group = groups.get(keyOf(value)) ?? { value, witnesses: 0 };
      group.witnesses += 1;
      groups.set(keyOf(value), group);
    }
    const total = values.length + reverts.length;
    const [revert] = reverts;
    if (reverts.length * 2 > total) throw new CallRevertedError(revertOf(revert));
    const best = [...groups.values()].find((group) => group.witnesses * 2 > total);
    if (best === undefined) throw disagreement(method);
    return best;
  }

  async #askAll(method: string, params: readonly unknown[]): Promise<RpcAnswer[]> {
    const settled = await Promise.allSettled(this.#endpoints.map((endpoint) => endpoint.ask(method, params)));
    const answers = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    if (answers.length > 0) return answers;
    throw new GataError('chain-unreachable', 'No endpoint of the chain answers; Gata tries again by itself.');
  }
}

/** What can be understood of the answers; an endpoint that has none, or babbles, has not answered. */
function parseAll<Schema extends z.ZodType>(
  answers: readonly RpcAnswer[],
  schema: Schema,
): z.infer<Schema>[] {
  const problems: string[] = [];
  const values = answers.flatMap((answer) => {
    if ('error' in answer) {
      problems.push(answer.error.message);
      return [];
    }
    const parsed = schema.safeParse(answer.result);
    if (parsed.success) return [parsed.data];
    problems.push('something that is not understood');
    return [];
  });
  if (values.length > 0) return values;
  throw new GataError('chain-unreachable', `The chain's endpoint answers: ${problems[0]}.`);
}

function compare(left: bigint, right: bigint): number {
  return Number(left > right) - Number(left < right);
}

function tag(height: number): string {
  return `0x${height.toString(16)}`;
}

function keyOf(value: unknown): string {
  return (
    JSON.stringify(value, (_name, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each)) ?? 'none'
  );
}

function disagreement(method: string): GataError {
  return new GataError(
    'chain-disagrees',
    `The chain's endpoints contradict each other (${method}). Nothing is done until they agree.`,
  );
}
