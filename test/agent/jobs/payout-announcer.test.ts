import { Wallet } from 'ethers/wallet';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadNodeKey, type NodeKey } from '../../../src/agent/identity/node-key.ts';
import { GatewayHttp } from '../../../src/agent/jobs/gateway-http.ts';
import { PayoutAnnouncer } from '../../../src/agent/jobs/payout-announcer.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestGateway, type TestGateway } from '../../support/test-gateway.ts';

const soon = { timeout: 20_000 };
const folder = temporaryFolder();
const logger = pino({ level: 'silent' });
let gateway: TestGateway;
let nodeKey: NodeKey;
let http: GatewayHttp;

beforeAll(async () => {
  gateway = await startTestGateway();
  ({ nodeKey } = await loadNodeKey(folder.path, systemClock));
  http = new GatewayHttp({ gatewayUrl: gateway.url, nodeKey, clock: systemClock });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

it('tells a real gateway where to pay, and again when that changed', async () => {
  let address: string | null = null;
  using announcer = new PayoutAnnouncer({
    ...{ http, nodeKey, clock: systemClock, logger },
    payoutAddress: () => address,
  });
  announcer.online();
  expect(await http.payoutAddress()).toBeNull();
  for (const next of [Wallet.createRandom().address, Wallet.createRandom().address]) {
    address = next;
    announcer.online();
    await vi.waitFor(async () => expect(await http.payoutAddress()).toBe(next), soon);
  }
});
