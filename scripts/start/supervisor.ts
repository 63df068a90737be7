import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { defaultDataFolder } from '../../src/shared/default-data-folder.ts';
import { jobsPageSchema } from '../../src/shared/local-api.ts';
import type { SettingsPatch } from '../../src/shared/settings.ts';
import { ChildProgram } from './child-program.ts';
import { claimAndStake, giveDemoWallet, keepInCoins } from './demo-wallet.ts';
import { electronBinary } from './electron-binary.ts';
import { type EmbeddedChain, startEmbeddedChain } from './embedded-chain.ts';
import {
  type AgentProgram,
  type AgentProgramOptions,
  agentArguments,
  connectToAgent,
  type GatewayProgram,
  root,
  startAgentProgram,
  startGatewayProgram,
} from './programs.ts';
import { SampleBuyer } from './sample-buyer.ts';
import { type FinishedJob, isEnough, ONCE_JOBS, ONCE_KINDS, summarize } from './summary.ts';

/** The sample buyer's pace, so that a demo does not keep a machine busy. */
const GENTLE_PAUSE_MS = 4000;
const REFRESH_EVERY_MS = 24 * 60 * 60_000;
const ONCE_TIMEOUT_MS = 180_000;
const REFRESH_COINS_MS = 30_000;
/** Whoever tries the demo sits at the computer, perhaps without a plug, and wants to see it work. */
const DEMO_SETTINGS: SettingsPatch = {
  idle: { whileInUse: 'run', whileGpuBusy: 'run', onMeteredNetwork: true },
  gpu: { onBattery: true },
  // Demo models earn little, and its coins cost nothing.
  wallet: { minimumClaim: 0 },
};

const { values: flags } = parseArgs({
  options: {
    headless: { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'data-dir': { type: 'string' },
    port: { type: 'string' },
    gateway: { type: 'string' },
    'catalogue-root': { type: 'string' },
    'network-profile': { type: 'string' },
    'allow-unsandboxed': { type: 'boolean', default: false },
  },
});

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

try {
  await main();
} catch (error) {
  if (!stop.signal.aborted) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const dataFolder = chooseDataFolder(cleanup);

  let chain: EmbeddedChain | undefined;
  let gateway: GatewayProgram | undefined;
  if (flags.gateway === undefined) {
    progress('Starting the embedded network (chain, gateway, broker, database)…');
    chain = cleanup.use(await startEmbeddedChain(path.join(dataFolder, 'chain'), progress));
    gateway = cleanup.use(await startGatewayProgram({ dataFolder: path.join(dataFolder, 'network'), chain }));
  }
  const isFirstStart = !existsSync(path.join(dataFolder, 'settings.json'));
  const agent = cleanup.use(
    await startApp({
      dataFolder,
      gatewayUrl: gateway?.url ?? flags.gateway ?? '',
      embedded: gateway !== undefined,
      catalogueRoot: gateway?.catalogue.root ?? flags['catalogue-root'],
      networkProfile: chain?.profileFile ?? flags['network-profile'],
      ...(flags.port === undefined ? {} : { port: Number(flags.port) }),
      allowUnsandboxed: flags['allow-unsandboxed'],
    }),
  );
  if (gateway !== undefined && isFirstStart) await agent.request('PATCH', '/v1/settings', DEMO_SETTINGS);
  progress(`Dashboard: ${agent.dashboardUrl}`);
  const watched = [agent, gateway, chain].flatMap((program) => program?.child ?? []);
  const failure = Promise.race(watched.map((program) => program.unexpectedExit()));
  failure.catch(() => {});

  if (flags.once) {
    if (chain !== undefined) await giveDemoWallet(agent, chain);
    const jobs = await Promise.race([collectJobs(agent, gateway), failure]);
    const wallet = chain === undefined ? null : await Promise.race([claimAndStakeInTime(agent), failure]);
    const summary = summarize(jobs, await agent.status(), wallet);
    process.stdout.write(flags.json ? `${JSON.stringify(summary)}\n` : `${readable(summary)}\n`);
    return;
  }
  if (flags.json) {
    const gatewayAddress = gateway === undefined ? {} : { gatewayUrl: gateway.url, apiKey: gateway.apiKey };
    process.stdout.write(`${JSON.stringify({ dashboardUrl: agent.dashboardUrl, ...gatewayAddress })}\n`);
  }
  if (gateway !== undefined) {
    progress(`Buyers' API: ${gateway.url}/v1 (API key ${gateway.apiKey})`);
    void keepBuying(gateway);
    if (chain !== undefined) void payFees(agent, chain);
    keepFresh(gateway, cleanup);
  }
  progress('Press Ctrl+C to stop.');
  await Promise.race([untilStopped(), failure]);
  progress('Stopping…');
}

function chooseDataFolder(cleanup: AsyncDisposableStack): string {
  if (flags['data-dir'] !== undefined) return path.resolve(flags['data-dir']);
  if (!flags.once) return defaultDataFolder(process.platform, process.env, homedir());
  const folder = mkdtempSync(path.join(tmpdir(), 'gata-once-'));
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The desktop app where Electron and a display are there, else the agent by itself. */
async function startApp(options: AgentProgramOptions): Promise<AgentProgram> {
  if (!flags.headless && !flags.once) {
    const electron = electronBinary();
    if ('file' in electron) {
      progress('Starting the desktop app…');
      const child = new ChildProgram({
        name: 'the desktop app',
        command: electron.file,
        args: [root, ...agentArguments(options)],
      });
      return connectToAgent(child, options.dataFolder);
    }
    progress(`Running headless: ${electron.reason}.`);
  }
  progress('Starting the agent…');
  return startAgentProgram(options);
}

/** Until enough jobs have finished. @throws Error with the reason when they do not in time. */
async function collectJobs(agent: AgentProgram, gateway: GatewayProgram | undefined): Promise<FinishedJob[]> {
  progress(`Running until ${ONCE_JOBS} jobs of at least ${ONCE_KINDS} kinds have finished…`);
  const deadline = AbortSignal.any([stop.signal, AbortSignal.timeout(ONCE_TIMEOUT_MS)]);
  await waitUntilReady(agent, deadline);
  try {
    return gateway === undefined ? await watchJobs(agent, deadline) : await buyJobs(gateway, deadline);
  } catch (error) {
    if (!deadline.aborted) throw error;
    const { state, reasons, network } = await agent.status();
    const why = [...reasons.map((reason) => reason.message), network.detail]
      .filter((text) => text !== null)
      .join('; ');
    throw new Error(
      `The jobs did not finish in ${ONCE_TIMEOUT_MS / 1000} s. The agent is ${state}${why && `: ${why}`}.`,
    );
  }
}

/** A reason that does not go away by itself ends `--once` at once. */
async function waitUntilReady(agent: AgentProgram, deadline: AbortSignal): Promise<void> {
  for (;;) {
    const { reasons, network } = await agent.status();
    const lasting = reasons.find((reason) => reason.code === 'no-sandbox');
    if (lasting !== undefined) throw new Error(lasting.message);
    if (reasons.length === 0 && network.state === 'connected') return;
    if (deadline.aborted) return;
    await sleep(100);
  }
}

async function claimAndStakeInTime(agent: AgentProgram) {
  progress('Waiting until what was earned can be claimed…');
  const deadline = AbortSignal.any([stop.signal, AbortSignal.timeout(ONCE_TIMEOUT_MS)]);
  try {
    return await claimAndStake(agent, deadline);
  } catch (error) {
    if (!deadline.aborted) throw error;
    throw new Error(`What was earned was not claimed and staked in ${ONCE_TIMEOUT_MS / 1000} s.`);
  }
}

/** The wallet of the demo pays its fees with coins that are worth nothing. */
async function payFees(agent: AgentProgram, chain: EmbeddedChain): Promise<void> {
  while (!stop.signal.aborted) {
    try {
      await keepInCoins(agent, chain, stop.signal);
    } catch (error) {
      // The agent may be restarting.
      if (!stop.signal.aborted) progress(`no coins for fees: ${String(error)}`);
      await sleep(REFRESH_COINS_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  }
}

async function buyJobs(gateway: GatewayProgram, deadline: AbortSignal): Promise<FinishedJob[]> {
  const buyer = new SampleBuyer(gateway.url, gateway.apiKey);
  const jobs: FinishedJob[] = [];
  while (!isEnough(jobs)) {
    jobs.push(await buyer.buy(deadline));
    if (jobs.length % 5 === 0) progress(`  ${jobs.length} jobs finished`);
  }
  return jobs;
}

/** On a real network the jobs are other people's: count what the agent finishes from now on. */
async function watchJobs(agent: AgentProgram, deadline: AbortSignal): Promise<FinishedJob[]> {
  const started = new Date().toISOString();
  for (;;) {
    deadline.throwIfAborted();
    const page = jobsPageSchema.parse(await agent.request('GET', '/v1/jobs?state=finished&limit=500'));
    const jobs = page.jobs
      .filter((job) => job.acceptedAt >= started)
      .map((job) => ({
        kind: job.kind,
        tokens: job.tokens,
        latencyMs: Date.parse(job.endedAt ?? job.acceptedAt) - Date.parse(job.acceptedAt),
      }));
    if (isEnough(jobs)) return jobs;
    await sleep(500, undefined, { signal: deadline });
  }
}

async function keepBuying(gateway: GatewayProgram): Promise<void> {
  const buyer = new SampleBuyer(gateway.url, gateway.apiKey);
  while (!stop.signal.aborted) {
    try {
      await buyer.buy(stop.signal);
    } catch (error) {
      // A buyer whose request fails, for example because the node is paused for a game, asks again later.
      if (!stop.signal.aborted)
        progress(`sample buyer: ${error instanceof Error ? error.message : String(error)}`);
    }
    await sleep(GENTLE_PAUSE_MS, undefined, { signal: stop.signal }).catch(() => {});
  }
}

/** A network that runs for weeks goes on saying that nothing more was revoked. */
function keepFresh({ catalogue }: GatewayProgram, cleanup: AsyncDisposableStack): void {
  const refresh = () => {
    catalogue.office
      .refresh()
      .catch((error: unknown) => progress(`the model catalogue was not renewed: ${String(error)}`));
  };
  const timer = setInterval(refresh, REFRESH_EVERY_MS);
  cleanup.defer(() => clearInterval(timer));
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
}

function readable(summary: ReturnType<typeof summarize>): string {
  const kinds = Object.entries(summary.jobsByKind).map(([kind, count]) => `${count} ${kind}`);
  return [
    `${summary.jobs} jobs finished: ${kinds.join(', ')}`,
    `${summary.tokens} tokens, ${summary.tokensPerSecond} tokens/s`,
    `latency p50 ${summary.latencyMs.p50} ms, p99 ${summary.latencyMs.p99} ms`,
    `sandbox: ${summary.sandbox}; execution provider: ${summary.executionProvider ?? 'none'}`,
    ...(summary.wallet === null
      ? []
      : [
          `claimed ${summary.wallet.claim.gata} GATA in transaction ${summary.wallet.claim.hash}`,
          `staked ${summary.wallet.stake.gata} GATA in transaction ${summary.wallet.stake.hash}`,
        ]),
  ].join('\n');
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
