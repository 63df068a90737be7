import { z } from 'zod';
import { errorBodySchema } from '../../shared/error-codes.ts';
import { GataError } from '../../shared/gata-error.ts';
import { governanceSchema } from '../../shared/governance.ts';
import {
  energyPageSchema,
  type GameChoiceRequest,
  gamesPageSchema,
  gpuHistorySchema,
  gpusPageSchema,
  type JobState,
  jobsPageSchema,
  jobViewSchema,
  modelsPageSchema,
  type PauseRequest,
  statusSchema,
} from '../../shared/local-api.ts';
import { providersPageSchema } from '../../shared/providers-page.ts';
import type { SealedBox } from '../../shared/sealed-box.ts';
import { type SettingsPatch, settingsSchema } from '../../shared/settings.ts';
import type { ShellEndpoint } from '../../shared/shell-contract.ts';
import type { TaskKind } from '../../shared/task.ts';
import {
  createdWordsSchema,
  exportedWalletSchema,
  type ForgetWallet,
  forgottenWalletSchema,
  walletKeySchema,
  walletStateSchema,
} from '../../shared/wallet.ts';
import { walletOverviewSchema } from '../../shared/wallet-overview.ts';
import {
  actionPlanSchema,
  operationsPageSchema,
  operationViewSchema,
  type PlanRequest,
} from '../../shared/wallet-transactions.ts';

const ANSWER_TIMEOUT_MS = 10_000;
/** Adding a model may first fetch its file list from far away. */
const ADD_MODEL_TIMEOUT_MS = 120_000;
/** Stores keep thousands of files, some on slow drives. */
const RESCAN_TIMEOUT_MS = 120_000;
/** The system asks the user for an administrator's password meanwhile. */
const HELPER_TIMEOUT_MS = 300_000;
/** The wallet asks the chain's endpoints, each of which may take its time. */
const CHAIN_TIMEOUT_MS = 30_000;
/** Deriving a key from a password is slow on purpose, and slower on a busy machine. */
const SIGNER_TIMEOUT_MS = 60_000;

/** The agent answered with something that this page does not understand: they differ in version. */
export class UnexpectedAnswerError extends Error {
  constructor(cause: unknown) {
    super('The answer does not match its schema.', { cause });
    this.name = 'UnexpectedAnswerError';
  }
}

export interface JobsFilter {
  readonly state?: JobState | undefined;
  readonly kind?: TaskKind | undefined;
}

interface Call {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

/**
 * The local API as the dashboard uses it. Every method rejects with the agent's own GataError, with
 * `agent-unreachable` when it does not answer, or with UnexpectedAnswerError.
 */
export class ApiClient {
  readonly #endpoint: ShellEndpoint;
  readonly #fetch: typeof fetch;

  constructor(endpoint: ShellEndpoint, fetchLike: typeof fetch) {
    this.#endpoint = endpoint;
    this.#fetch = fetchLike;
  }

  status(signal?: AbortSignal) {
    return this.#call('GET', '/v1/status', statusSchema, { signal });
  }

  pause(request: PauseRequest) {
    return this.#call('POST', '/v1/pause', z.unknown(), { body: request });
  }

  resume() {
    return this.#call('POST', '/v1/resume', z.unknown());
  }

  jobs(filter: JobsFilter, page: { before?: string | undefined; limit: number }, signal?: AbortSignal) {
    const query = new URLSearchParams({ limit: String(page.limit) });
    if (filter.state !== undefined) query.set('state', filter.state);
    if (filter.kind !== undefined) query.set('kind', filter.kind);
    if (page.before !== undefined) query.set('before', page.before);
    return this.#call('GET', `/v1/jobs?${query}`, jobsPageSchema, { signal });
  }

  job(id: string, signal?: AbortSignal) {
    return this.#call('GET', `/v1/jobs/${encodeURIComponent(id)}`, jobViewSchema, { signal });
  }

  settings(signal?: AbortSignal) {
    return this.#call('GET', '/v1/settings', settingsSchema, { signal });
  }

  patchSettings(patch: SettingsPatch) {
    return this.#call('PATCH', '/v1/settings', settingsSchema, { body: patch });
  }

  models(signal?: AbortSignal) {
    return this.#call('GET', '/v1/models', modelsPageSchema, { signal });
  }

  addModel(source: string) {
    return this.#call('POST', '/v1/models', z.unknown(), {
      body: { source },
      timeoutMs: ADD_MODEL_TIMEOUT_MS,
    });
  }

  permitModel({ digest, isAllowed }: { digest: string; isAllowed: boolean }) {
    const path = `/v1/models/${encodeURIComponent(digest)}/permission`;
    return this.#call(isAllowed ? 'PUT' : 'DELETE', path, z.unknown());
  }

  removeModel(digest: string) {
    return this.#call('DELETE', `/v1/models/${encodeURIComponent(digest)}`, z.unknown());
  }

  providers(signal?: AbortSignal) {
    return this.#call('GET', '/v1/providers', providersPageSchema, { signal });
  }

  /** The user has seen the licence of this version, and accepts it. */
  downloadLibrary({ id, version }: { id: string; version: string }) {
    const path = `/v1/providers/libraries/${encodeURIComponent(id)}/download`;
    return this.#call('POST', path, z.unknown(), { body: { version, acceptLicence: true } });
  }

  cancelLibrary(id: string) {
    return this.#call('POST', `/v1/providers/libraries/${encodeURIComponent(id)}/cancel`, z.unknown());
  }

  removeLibrary(id: string) {
    return this.#call('DELETE', `/v1/providers/libraries/${encodeURIComponent(id)}`, z.unknown());
  }

  games(signal?: AbortSignal) {
    return this.#call('GET', '/v1/games', gamesPageSchema, { signal });
  }

  chooseForGame(request: GameChoiceRequest) {
    return this.#call('PUT', '/v1/games/choices', gamesPageSchema, { body: request });
  }

  /** Answers when the stores have been looked through. */
  rescanGames() {
    return this.#call('POST', '/v1/games/rescan', gamesPageSchema, { timeoutMs: RESCAN_TIMEOUT_MS });
  }

  gpus(signal?: AbortSignal) {
    return this.#call('GET', '/v1/gpus', gpusPageSchema, { signal });
  }

  /** Up to an hour of readings of one card. */
  gpuHistory(uuid: string, signal?: AbortSignal) {
    return this.#call('GET', `/v1/gpus/${encodeURIComponent(uuid)}/history?seconds=3600`, gpuHistorySchema, {
      signal,
    });
  }

  installGpuHelper() {
    return this.#call('POST', '/v1/gpu-helper', gpusPageSchema, { timeoutMs: HELPER_TIMEOUT_MS });
  }

  removeGpuHelper() {
    return this.#call('DELETE', '/v1/gpu-helper', gpusPageSchema, { timeoutMs: HELPER_TIMEOUT_MS });
  }

  energy(days: number, signal?: AbortSignal) {
    return this.#call('GET', `/v1/energy?days=${days}`, energyPageSchema, { signal });
  }

  dismissNotice(id: string) {
    return this.#call('DELETE', `/v1/notices/${encodeURIComponent(id)}`, z.unknown());
  }

  retryModel(digest: string) {
    return this.#call('DELETE', `/v1/quarantine/${digest}`, z.unknown());
  }

  walletOverview(signal?: AbortSignal) {
    const timeoutMs = CHAIN_TIMEOUT_MS;
    return this.#call('GET', '/v1/wallet/overview', walletOverviewSchema, { signal, timeoutMs });
  }

  /** What the wallet did and does, newest first. */
  walletOperations(signal?: AbortSignal) {
    return this.#call('GET', '/v1/wallet/operations', operationsPageSchema, { signal });
  }

  planAction(request: PlanRequest) {
    const timeoutMs = CHAIN_TIMEOUT_MS;
    return this.#call('POST', '/v1/wallet/plans', actionPlanSchema, { body: request, timeoutMs });
  }

  confirmPlan(confirmationId: string) {
    return this.#call('POST', '/v1/wallet/operations', operationViewSchema, { body: { confirmationId } });
  }

  cancelOperation(id: string) {
    return this.#call('POST', `/v1/wallet/operations/${encodeURIComponent(id)}/cancel`, operationViewSchema);
  }

  /** @param raw the transaction, signed elsewhere. */
  submitSigned(id: string, raw: string) {
    const path = `/v1/wallet/operations/${encodeURIComponent(id)}/signed`;
    return this.#call('POST', path, operationViewSchema, { body: { raw } });
  }

  governance(signal?: AbortSignal) {
    const timeoutMs = CHAIN_TIMEOUT_MS;
    return this.#call('GET', '/v1/governance', governanceSchema, { signal, timeoutMs });
  }

  /** The signer's key, for `sealSignerSecret`; it holds until the wallet locks. */
  walletKey() {
    return this.#call('POST', '/v1/wallet/key', walletKeySchema, { timeoutMs: SIGNER_TIMEOUT_MS });
  }

  setPayoutAddress(address: string) {
    return this.#call('PUT', '/v1/wallet/payout-address', walletStateSchema, { body: { address } });
  }

  createWallet(box: SealedBox) {
    return this.#sendBox('create', box, createdWordsSchema);
  }

  sendWalletSecret(what: 'confirm-words' | 'import' | 'unlock' | 'change-password', box: SealedBox) {
    return this.#sendBox(what, box, walletStateSchema);
  }

  lockWallet() {
    return this.#call('POST', '/v1/wallet/lock', walletStateSchema);
  }

  exportWallet() {
    return this.#call('GET', '/v1/wallet/keystore', exportedWalletSchema);
  }

  forgetWallet(proof: ForgetWallet) {
    const timeoutMs = SIGNER_TIMEOUT_MS;
    return this.#call('POST', '/v1/wallet/forget', forgottenWalletSchema, { body: proof, timeoutMs });
  }

  #sendBox<Schema extends z.ZodType>(what: string, box: SealedBox, schema: Schema) {
    return this.#call('POST', `/v1/wallet/${what}`, schema, { body: { box }, timeoutMs: SIGNER_TIMEOUT_MS });
  }

  async #call<Schema extends z.ZodType>(
    method: string,
    path: string,
    schema: Schema,
    call: Call = {},
  ): Promise<z.infer<Schema>> {
    const timeout = AbortSignal.timeout(call.timeoutMs ?? ANSWER_TIMEOUT_MS);
    let status: number;
    let text: string;
    try {
      const response = await this.#fetch(this.#endpoint.baseUrl + path, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${this.#endpoint.token}`,
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: call.body === undefined ? null : JSON.stringify(call.body),
        signal: call.signal === undefined ? timeout : AbortSignal.any([call.signal, timeout]),
        cache: 'no-store',
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      if (call.signal?.aborted === true) throw error;
      throw new GataError('agent-unreachable', 'Gata does not answer.', { cause: error });
    }
    if (status >= 400) throw refusal(text);
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) throw new UnexpectedAnswerError(parsed.error);
    return parsed.data;
  }
}

function refusal(text: string): Error {
  const parsed = errorBodySchema.safeParse(parseJson(text));
  if (!parsed.success) return new UnexpectedAnswerError(parsed.error);
  const { code, message, param } = parsed.data.error;
  return new GataError(code, message, param === null ? {} : { param });
}

/** Undefined for what is not JSON; only schemas that take anything accept it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
