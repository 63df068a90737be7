import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { z } from 'zod';
import { errorBodySchema } from '../shared/error-codes.ts';
import { GataError } from '../shared/gata-error.ts';
import {
  type GameChoiceRequest,
  type LocalEvent,
  localEventSchema,
  type PauseRequest,
  type Status,
  statusSchema,
} from '../shared/local-api.ts';
import { type Settings, settingsSchema } from '../shared/settings.ts';
import type { ShellEndpoint } from '../shared/shell-contract.ts';
import {
  type ActionPlan,
  actionPlanSchema,
  type OperationView,
  operationViewSchema,
  type PlanRequest,
} from '../shared/wallet-transactions.ts';

const ANSWER_TIMEOUT_MS = 5000;

/** Planning asks the chain's endpoints, each of which may take its time. */
const PLAN_TIMEOUT_MS = 30_000;

type RequestBody = PauseRequest | GameChoiceRequest | PlanRequest | { confirmationId: string };

/**
 * The agent's local API as the shell uses it. Every call rejects with a GataError: the agent's own, or
 * `agent-unreachable` when it does not answer in time or answers with what the shell does not understand.
 */
export class AgentClient {
  readonly endpoint: ShellEndpoint;

  constructor(endpoint: ShellEndpoint) {
    this.endpoint = endpoint;
  }

  async status(signal: AbortSignal): Promise<Status> {
    return this.#get('/v1/status', statusSchema, signal);
  }

  async settings(signal: AbortSignal): Promise<Settings> {
    return this.#get('/v1/settings', settingsSchema, signal);
  }

  async pause(request: PauseRequest): Promise<void> {
    await this.#send('POST', '/v1/pause', { body: request });
  }

  async resume(): Promise<void> {
    await this.#send('POST', '/v1/resume');
  }

  /** The user's word on a game or a program. */
  async chooseForGame(request: GameChoiceRequest): Promise<void> {
    await this.#send('PUT', '/v1/games/choices', { body: request });
  }

  /** What an action of the wallet would do and cost. */
  async planAction(request: PlanRequest): Promise<ActionPlan> {
    const route = '/v1/wallet/plans';
    const answer = await this.#send('POST', route, { body: request, timeoutMs: PLAN_TIMEOUT_MS });
    return this.#parse(route, actionPlanSchema, parseJson(answer));
  }

  async confirmPlan(confirmationId: string): Promise<OperationView> {
    const route = '/v1/wallet/operations';
    const answer = await this.#send('POST', route, { body: { confirmationId } });
    return this.#parse(route, operationViewSchema, parseJson(answer));
  }

  /** Asks the agent to hand its jobs back and exit; resolves when it has understood. */
  async shutdown(): Promise<void> {
    await this.#send('POST', '/v1/shutdown');
  }

  /** The agent's events until `signal` aborts (then it just ends) or the connection breaks. */
  async *events(signal: AbortSignal): AsyncGenerator<LocalEvent, void> {
    try {
      const response = await this.#fetch('GET', '/v1/events', { signal, accept: 'text/event-stream' });
      if (response.body === null) throw this.#notUnderstood('/v1/events');
      const messages = response.body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream());
      for await (const message of messages) {
        yield this.#parse('/v1/events', localEventSchema, {
          event: message.event,
          data: parseJson(message.data),
        });
      }
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof GataError ? error : this.#unreachable(error);
    }
  }

  async #get<Schema extends z.ZodType>(
    route: string,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.infer<Schema>> {
    return this.#parse(route, schema, parseJson(await this.#send('GET', route, { signal })));
  }

  /** The body of a successful answer, as text. */
  async #send(
    method: string,
    route: string,
    options: { signal?: AbortSignal; body?: RequestBody; timeoutMs?: number } = {},
  ): Promise<string> {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? ANSWER_TIMEOUT_MS);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
    try {
      const response = await this.#fetch(method, route, {
        signal,
        accept: 'application/json',
        body: options.body,
      });
      return await response.text();
    } catch (error) {
      throw error instanceof GataError ? error : this.#unreachable(error);
    }
  }

  async #fetch(
    method: string,
    route: string,
    options: { signal: AbortSignal; accept: string; body?: RequestBody | undefined },
  ): Promise<Response> {
    const response = await fetch(this.endpoint.baseUrl + route, {
      method,
      signal: options.signal,
      headers: {
        accept: options.accept,
        authorization: `Bearer ${this.endpoint.token}`,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: options.body === undefined ? null : JSON.stringify(options.body),
    });
    if (response.ok) return response;
    const refusal = errorBodySchema.safeParse(parseJson(await response.text()));
    if (!refusal.success) throw this.#notUnderstood(route);
    throw new GataError(refusal.data.error.code, refusal.data.error.message);
  }

  #parse<Schema extends z.ZodType>(route: string, schema: Schema, value: unknown): z.infer<Schema> {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw this.#notUnderstood(route, parsed.error);
    return parsed.data;
  }

  #notUnderstood(route: string, cause?: unknown): GataError {
    const message = `The Gata agent's answer to ${route} was not understood. If Gata was just updated, quit it and start it again.`;
    return new GataError('agent-unreachable', message, { cause });
  }

  #unreachable(cause: unknown): GataError {
    return new GataError('agent-unreachable', 'The Gata agent does not answer.', { cause });
  }
}

/** Undefined for what is not JSON: no schema accepts it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
