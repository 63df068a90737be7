import os from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { defaultDataFolder } from '../shared/default-data-folder.ts';
import { GataError } from '../shared/gata-error.ts';
import { startGateway } from './compose.ts';
import { GATEWAY_VERSION } from './version.ts';

const DEFAULT_PORT = 7430;
const DEFAULT_BROKER_PORT = 7431;

// Whatever the gateway writes is for its user alone.
process.umask(0o077);

const command = new Command('gata-gateway')
  .description("The Gata network's gateway: takes buyers' jobs and dispatches them to nodes.")
  .version(GATEWAY_VERSION)
  .option(
    '--data-dir <folder>',
    'keys, blobs and the embedded database',
    path.join(defaultDataFolder(process.platform, process.env, os.homedir()), 'gateway'),
  )
  .option('--port <number>', 'port of the HTTP API on loopback; 0 takes any', portNumber, DEFAULT_PORT)
  .option(
    '--broker-port <number>',
    'port of the embedded broker; 0 takes any',
    portNumber,
    DEFAULT_BROKER_PORT,
  )
  .option('--models <folders...>', 'folders of model bundles to offer', [])
  .option('--catalogue <folder>', 'the signed model catalogue (default: "catalogue" in the data folder)')
  .option('--database <url>', 'a PostgreSQL database instead of the embedded one')
  .option('--broker <url>', 'an MQTT broker instead of the embedded one, with credentials in the URL')
  .option('--public-url <url>', 'the URL that nodes and buyers know the gateway by')
  .option('--rates <file>', 'JSON of what nodes are credited, in wei, instead of the demo rates')
  .option('--network-profile <file>', 'settle what nodes earn on the chain of this profile')
  .option('--settler-key-file <file>', "the settler's private key in hexadecimal; with --network-profile")
  .option('--epoch-seconds <number>', 'time between two settlements', positive, 86_400)
  .option('--confirmations <number>', 'blocks after which a transaction stays', whole, 15)
  .option('--resubmit-vetoed', 'submit a root again that the guardian vetoed', false)
  .option('--charge-seconds <number>', "longest wait before buyers' vouchers are charged", positive, 3600)
  .option('--charge-above-wei <amount>', 'charge them at once when so much waits', wei)
  .option('--require-credit', 'refuse jobs of buyers whose credit is used up', false)
  .option('--relay-key-file <file>', 'send claims for accounts, paid by the account of this private key')
  .option('--relay-minimum-wei <amount>', 'the least GATA that a relayed claim pays', wei, 10n ** 18n)
  .option('--relay-claims-per-day <number>', 'relayed claims of an account in a day', positive, 4)
  .option('--relay-gas-per-day-wei <amount>', 'fees of all relayed claims in a day', wei, 5n * 10n ** 16n)
  .option('--relay-gas-price-ceiling-wei <amount>', 'for a unit of gas', wei, 5n * 10n ** 9n)
  .option('--log-level <level>', 'trace, debug, info, warn, error or silent', 'info');

const options = command.parse().opts<{
  dataDir: string;
  port: number;
  brokerPort: number;
  models: string[];
  catalogue?: string;
  database?: string;
  broker?: string;
  publicUrl?: string;
  rates?: string;
  networkProfile?: string;
  settlerKeyFile?: string;
  epochSeconds: number;
  confirmations: number;
  resubmitVetoed: boolean;
  chargeSeconds: number;
  chargeAboveWei?: bigint;
  requireCredit: boolean;
  relayKeyFile?: string;
  relayMinimumWei: bigint;
  relayClaimsPerDay: number;
  relayGasPerDayWei: bigint;
  relayGasPriceCeilingWei: bigint;
  logLevel: string;
}>();
const log = pino({ level: options.logLevel });

try {
  const { networkProfile: profileFile, settlerKeyFile: keyFile, ...rest } = options;
  const { epochSeconds, confirmations, resubmitVetoed } = rest;
  const charges = { everyMs: rest.chargeSeconds * 1000, aboveWei: rest.chargeAboveWei };
  const settlement = profileFile
    ? { profileFile, keyFile, epochSeconds, confirmations, resubmitVetoed, charges }
    : undefined;
  const relay = rest.relayKeyFile
    ? {
        keyFile: rest.relayKeyFile,
        minimumWei: rest.relayMinimumWei,
        claimsPerAccountAndDay: rest.relayClaimsPerDay,
        gasPerDayWei: rest.relayGasPerDayWei,
        gasPriceCeilingWei: rest.relayGasPriceCeilingWei,
      }
    : undefined;
  const gateway = await startGateway({ ...rest, settlement, relay, log });
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'gateway stopping');
    gateway[Symbol.asyncDispose]().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the gateway did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (thrown) {
  const { code, message } = GataError.from(thrown);
  log.fatal({ code, err: thrown }, `the gateway cannot start: ${message}`);
  process.exitCode = 1;
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('must be a whole number');
  return number;
}

function wei(text: string): bigint {
  if (/^\d{1,78}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('must be an amount in wei, in digits');
}

function positive(text: string): number {
  const number = whole(text);
  if (number === 0) throw new InvalidArgumentError('must be at least 1');
  return number;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('must be a number from 0 to 65535');
  }
  return port;
}
