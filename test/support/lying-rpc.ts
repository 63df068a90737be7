import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const questionSchema = z.object({
  id: z.unknown(),
  method: z.string(),
  params: z.array(z.unknown()).default([]),
});
const answerSchema = z.object({ result: z.unknown() });

export const LIES = [
  'dead',
  'slow',
  'wrong-chain',
  'stale-nonce',
  'future-nonce',
  'fake-receipt',
  'no-receipt',
  'swallows',
  'other-genesis',
  'babbles',
] as const;
type RpcBehaviour = 'honest' | (typeof LIES)[number];

/** A JSON-RPC endpoint in front of a real one that can be told to fail or to lie. */
export interface LyingRpc extends AsyncDisposable {
  readonly url: string;
  behaviour: RpcBehaviour;
  /** Answers that were not the truth, or that never came. */
  readonly wrongs: number;
}

export async function startLyingRpc(upstream: string): Promise<LyingRpc> {
  const state: { behaviour: RpcBehaviour; wrongs: number } = { behaviour: 'honest', wrongs: 0 };
  const ask = async (body: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(upstream, { method: 'POST', headers, body: JSON.stringify(body) });
    return response.json();
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const question = questionSchema.parse(JSON.parse(await text(request)));
    const { behaviour } = state;
    const isWrong = (wrong: boolean) => {
      if (wrong) state.wrongs += 1;
      return wrong;
    };
    const reply = (result: unknown) => {
      response.end(JSON.stringify({ jsonrpc: '2.0', id: question.id, result }));
    };
    if (isWrong(behaviour === 'dead')) {
      response.destroy();
      return;
    }
    if (isWrong(behaviour === 'babbles')) return reply('ni');
    if (isWrong(behaviour === 'slow')) await sleep(700);
    const { method } = question;
    if (isWrong(behaviour === 'wrong-chain' && method === 'eth_chainId')) return reply('0x38');
    if (isWrong(behaviour === 'no-receipt' && method === 'eth_getTransactionReceipt')) return reply(null);
    if (isWrong(behaviour === 'other-genesis' && isFirstBlock(question))) {
      const answer = z
        .object({ result: z.looseObject({}) })
        .parse(await ask({ jsonrpc: '2.0', ...question }));
      return reply({ ...answer.result, hash: `0x${'34'.repeat(32)}` });
    }
    if (isWrong(behaviour === 'swallows' && method === 'eth_sendRawTransaction'))
      return reply(`0x${'12'.repeat(32)}`);
    if (isWrong(behaviour === 'fake-receipt' && method === 'eth_getTransactionReceipt')) {
      const latest = { jsonrpc: '2.0', id: 1, method: 'eth_getBlockByNumber', params: ['latest', false] };
      const { result } = answerSchema.parse(await ask(latest));
      const { hash, number } = z.object({ hash: z.string(), number: z.string() }).parse(result);
      return reply({
        transactionHash: question.params[0],
        blockHash: hash,
        blockNumber: `0x${Math.max(0, Number(number) - 40).toString(16)}`,
        status: '0x1',
        gasUsed: '0x5208',
        effectiveGasPrice: '0x1',
        logs: [],
      });
    }
    const answer = await ask({ jsonrpc: '2.0', ...question });
    const parsed = answerSchema.safeParse(answer);
    if (parsed.success && method === 'eth_getTransactionCount') {
      const count = Number(parsed.data.result);
      if (isWrong(behaviour === 'stale-nonce')) return reply(`0x${Math.max(0, count - 3).toString(16)}`);
      if (isWrong(behaviour === 'future-nonce')) return reply(`0x${(count + 2).toString(16)}`);
    }
    response.end(JSON.stringify(answer));
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get behaviour() {
      return state.behaviour;
    },
    set behaviour(behaviour: RpcBehaviour) {
      state.behaviour = behaviour;
    },
    get wrongs() {
      return state.wrongs;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isFirstBlock({ method, params }: z.infer<typeof questionSchema>): boolean {
  return method === 'eth_getBlockByNumber' && params[0] === '0x0';
}
