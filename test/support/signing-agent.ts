import { z } from 'zod';
import { unsignedTransactionSchema } from '../../src/shared/signer-protocol.ts';
import { startTestApi } from './api-server.ts';

/**
 * The agent's API and wallet as a process of their own, whose memory a test searches. It signs when its parent says
 * so, as the engine that sends transactions does.
 */
const orderSchema = z.object({ sign: unsignedTransactionSchema, times: z.int().positive() });

const api = await startTestApi();
process.on('message', (message) => {
  const { sign, times } = orderSchema.parse(message);
  void (async () => {
    for (let nonce = 0; nonce < times; nonce++) await api.wallet.signTransaction({ ...sign, nonce });
    process.send?.({ signed: times });
  })();
});
process.on('disconnect', () => void api[Symbol.asyncDispose]().then(() => process.exit(0)));
process.send?.({ url: api.url, token: api.tokens.ui });
