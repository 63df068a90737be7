import { mkdir, realpath } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Logger, pino } from 'pino';
import { systemClock } from '../shared/clock.ts';
import { type BrokerAddress, BrokerClient } from './broker/broker-client.ts';
import { EmbeddedBroker } from './broker/embedded-broker.ts';
import { BuyerKeys } from './buyers/buyer-keys.ts';
import { buyerRoutes } from './buyers/buyer-routes.ts';
import { catalogueRoutes } from './catalogue/catalogue-routes.ts';
import { PublishedCatalogue } from './catalogue/published-catalogue.ts';
import { WithdrawnModels } from './catalogue/withdrawn-models.ts';
import { DEFAULT_TIMINGS, type DispatchTimings } from './dispatch/dispatch-timings.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { publishEndpoint } from './endpoint-file.ts';
import { closeHttpServer, createHttpServer, listen } from './http-server.ts';
import { DEMO_RATES } from './ledger/rates.ts';
import { readRates } from './ledger/read-rates.ts';
import { Enrolment } from './nodes/enrolment.ts';
import { ModelCatalogue } from './nodes/model-catalogue.ts';
import { nodeRoutes } from './nodes/node-routes.ts';
import { NodeTokens } from './nodes/node-tokens.ts';
import { PayoutAddresses } from './nodes/payout-addresses.ts';
import { PresenceRegistry } from './nodes/presence-registry.ts';
import { openReceiptKey } from './receipts/receipt-key.ts';
import { ReceiptOffice } from './receipts/receipt-office.ts';
import { receiptRoutes } from './receipts/receipt-routes.ts';
import { ReceiptStore } from './receipts/receipt-store.ts';
import { type RelayOptions, readRelay } from './relay/relay-options.ts';
import { relayRoutes } from './relay/relay-routes.ts';
import { startRelay } from './relay/start-relay.ts';
import { EpochStore } from './settle/epoch-store.ts';
import { rewardRoutes } from './settle/reward-routes.ts';
import { RewardTrees } from './settle/reward-trees.ts';
import { readSettlement, type SettlementOptions } from './settle/settlement-options.ts';
import { startSettlement } from './settle/start-settlement.ts';
import { Statements } from './settle/statements.ts';
import { holdDataFolder } from './single-instance.ts';
import { ApiKeyStore } from './store/api-key-store.ts';
import { BlobStore } from './store/blob-store.ts';
import { openDatabase } from './store/database.ts';
import { DiskSpace } from './store/disk-space.ts';
import { Housekeeping } from './store/housekeeping.ts';
import { JobStore } from './store/job-store.ts';
import { NodeStore } from './store/node-store.ts';
import { readOrCreateSecret } from './store/secret-file.ts';
import { GATEWAY_VERSION } from './version.ts';
import { BuyerCredit } from './vouchers/buyer-credit.ts';
import { voucherRoutes } from './vouchers/voucher-routes.ts';

export interface GatewayOptions {
  /** Keys, blobs and the embedded database; made when missing. */
  readonly dataDir: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly brokerPort?: number;
  /** Folders of model bundles. */
  readonly models: readonly string[];
  /** The folder of the signed catalogue, which needs no private key; absent: `catalogue` in the data folder. */
  readonly catalogue?: string | undefined;
  /** `postgres://…`; absent: the embedded database. */
  readonly database?: string | undefined;
  /** `mqtt://user:password@host:port`; absent: the embedded broker. Nodes get it without the credentials. */
  readonly broker?: string | undefined;
  /** The URL nodes and buyers know the gateway by, when it stands behind something. */
  readonly publicUrl?: string | undefined;
  /** A JSON file of what nodes are credited; absent: the demo network's rates. */
  readonly rates?: string | undefined;
  /** The chain that nodes are paid on; absent: what they earn stays in the ledger. */
  readonly settlement?: SettlementOptions | undefined;
  /** Claims that the gateway sends and pays for; absent: none. */
  readonly relay?: RelayOptions | undefined;
  /** Refuse jobs of buyers whose credit is used up. */
  readonly requireCredit?: boolean;
  readonly requestsPerMinute?: number;
  /** Free disk space below which no new job is taken. */
  readonly reserveBytes?: number;
  readonly timings?: Partial<DispatchTimings>;
  readonly log?: Logger;
}

export interface Gateway {
  readonly url: string;
  /** Where nodes find the broker. */
  readonly brokerUrl: string;
  /** The sample buyer's key. */
  readonly apiKey: string;
}

const DEFAULT_REQUESTS_PER_MINUTE = 60_000;
const DEFAULT_RESERVE_BYTES = 64 * 1024 * 1024;

/**
 * Starts a gateway; resolves when buyers and nodes can come. Disposing it stops it in order; jobs that are
 * unfinished go on after the next start.
 * @throws GataError `already-running`, `port-in-use`, `gateway-unreachable` (an external broker), `disk-full`,
 * `invalid-settings` (the rates, the settlement, the relay).
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway & AsyncDisposable> {
  const log = options.log ?? pino({ level: 'silent' });
  const clock = systemClock;
  await using stack = new AsyncDisposableStack();

  const rates = options.rates === undefined ? DEMO_RATES : await readRates(options.rates);
  const settlement = options.settlement && (await readSettlement(options.settlement));
  const relay = options.relay && (await readRelay(options.relay, settlement));
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const inData = (name: string) => path.join(dataDir, name);
  stack.use(await holdDataFolder(dataDir));

  const db = await openDatabase(options.database, inData('database'), log);
  stack.defer(() => db.destroy());
  const jobs = new JobStore(db);
  const blobs = await BlobStore.open(inData('blobs'));
  stack.use(new Housekeeping(jobs, blobs, clock, log));
  const disk = new DiskSpace(dataDir, options.reserveBytes ?? DEFAULT_RESERVE_BYTES, clock);
  const published = new PublishedCatalogue(options.catalogue ?? inData('catalogue'));
  const withdrawn = stack.use(await WithdrawnModels.open(published, log));
  const catalogue = await ModelCatalogue.open(options.models, log, (digest) => withdrawn.has(digest));
  await warnOfUnsigned(catalogue, published, log);
  const tokens = new NodeTokens(await readOrCreateSecret(inData('node-token.key')));
  const apiKey = await readOrCreateSecret(inData('sample-buyer.key'), 'gata-');
  const keys = new BuyerKeys(new ApiKeyStore(db), clock);
  await keys.register('sample buyer', apiKey);

  let broker: BrokerAddress;
  if (options.broker === undefined) {
    const authenticateNode = async (nodeId: string, token: string) =>
      (await tokens.verify(token, clock.now())) === nodeId;
    const port = options.brokerPort ?? 0;
    broker = stack.use(await EmbeddedBroker.listen({ port, authenticateNode, log })).gatewayAddress;
  } else {
    broker = brokerAddress(options.broker);
  }
  const brokerClient = stack.use(await BrokerClient.connect(broker, log));

  const app = await createHttpServer({
    version: GATEWAY_VERSION,
    requestsPerMinute: options.requestsPerMinute ?? DEFAULT_REQUESTS_PER_MINUTE,
    log,
  });
  stack.defer(() => closeHttpServer(app));
  // Stopped before the server, which waits for the answers that only the dispatcher can end.
  const registry = new PresenceRegistry();
  const epochs = new EpochStore(db);
  const trees = new RewardTrees(epochs);
  const settling = { db, epochs, trees, registry, clock, log };
  const { feeSplit, vouchers } = await startSettlement(stack, settlement, settling);
  const claimRelay = settlement && relay && startRelay(stack, relay, settlement, settling);
  const receipts = new ReceiptOffice({
    store: new ReceiptStore(db),
    key: await openReceiptKey(inData('receipt.key')),
    log,
  });
  const dispatcher = stack.use(
    new Dispatcher({
      store: jobs,
      blobs,
      registry,
      send: (nodeId, message) => brokerClient.send(nodeId, message),
      timings: { ...DEFAULT_TIMINGS, ...options.timings },
      rates,
      feeSplit,
      receipts,
      clock,
      log,
    }),
  );
  const publicUrl = () => options.publicUrl ?? localUrl(app.server.address());
  const credit = new BuyerCredit(db, clock, options.requireCredit === true);
  await app.register(buyerRoutes({ keys, catalogue, dispatcher, disk, credit }));
  await app.register(voucherRoutes({ keys, credit, office: vouchers }));
  await app.register(
    nodeRoutes({
      enrolment: new Enrolment(publicUrl, clock),
      tokens,
      nodes: new NodeStore(db),
      catalogue,
      blobs,
      disk,
      brokerUrl: broker.url,
      clock,
    }),
  );
  const { profile } = settlement ?? {};
  const payoutAddresses = new PayoutAddresses({ db, gateway: publicUrl, profile, clock });
  await app.register(
    rewardRoutes({ epochs, trees, statements: new Statements(db), payoutAddresses, tokens, clock }),
  );
  await app.register(relayRoutes(claimRelay));
  await app.register(receiptRoutes({ office: receipts, tokens, clock }));
  await app.register(catalogueRoutes(published));
  app.get('/v1/openapi.json', { schema: { hide: true } }, async () => app.swagger());

  const unfinishedJobs = await dispatcher.recover();
  await brokerClient.subscribe((nodeId, message, retained) => dispatcher.receive(nodeId, message, retained));
  await listen(app, options.port ?? 0);
  const url = publicUrl();
  stack.use(await publishEndpoint(dataDir, { url, brokerUrl: broker.url, pid: process.pid, apiKey }));
  const models = catalogue.models().map(({ manifest }) => manifest.id);
  log.info({ url, brokerUrl: broker.url, models, unfinishedJobs }, 'gateway ready');

  const resources = stack.move();
  return { url, brokerUrl: broker.url, apiKey, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Nodes check for themselves; this only tells the operator why they will refuse. */
async function warnOfUnsigned(
  catalogue: ModelCatalogue,
  published: PublishedCatalogue,
  log: Logger,
): Promise<void> {
  const signed = new Set(await published.digests());
  for (const { digest, manifest } of catalogue.models()) {
    if (signed.has(digest)) continue;
    log.warn(
      { model: manifest.id, digest, catalogue: published.folder },
      'nodes will refuse an unsigned model',
    );
  }
}

function localUrl(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('The server is not listening.');
  return `http://127.0.0.1:${address.port}`;
}

function brokerAddress(url: string): BrokerAddress {
  const parsed = new URL(url);
  const username = decodeURIComponent(parsed.username) || undefined;
  const password = decodeURIComponent(parsed.password) || undefined;
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.toString().replace(/\/$/, ''), username, password };
}
