import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createParser } from 'eventsource-parser';
import { z } from 'zod';
import { errorBodySchema } from '../../shared/error-codes.ts';
import { GataError } from '../../shared/gata-error.ts';
import { type EndpointFile, type LocalEvent, localEventSchema } from '../../shared/local-api.ts';
import { readEndpointFile } from '../api/endpoint-file.ts';

/** The running agent of a data folder, as the command line sees it: with the `ui` token. */
export class LocalClient {
  readonly #dataFolder: string;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
  }

  /** The dashboard's address with the token that it needs. @throws GataError `agent-unreachable`. */
  dashboardUrl(): string {
    const { port, tokens } = this.#endpoint();
    return `http://127.0.0.1:${port}/#token=${tokens.ui}`;
  }

  /** @throws GataError `agent-unreachable` when no agent runs, else the error that the agent answers with. */
  async get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema>> {
    return schema.parse(await this.#request('GET', path));
  }

  /** Like `get`, for a request that changes something. */
  async send<Schema extends z.ZodType>(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    schema: Schema,
    body?: unknown,
  ): Promise<z.infer<Schema>> {
    return schema.parse(await this.#request(method, path, body));
  }

  /**
   * The agent's events until `signal` aborts, which just ends them.
   * @throws GataError `agent-unreachable` when no agent runs, or when it ends.
   */
  async *events(signal: AbortSignal): AsyncGenerator<LocalEvent, void> {
    const received: LocalEvent[] = [];
    const parser = createParser({
      onEvent: ({ event, data }) => received.push(localEventSchema.parse({ event, data: parseJson(data) })),
    });
    try {
      const response = await this.#open('GET', '/v1/events', { signal });
      if (!isSuccess(response)) throw this.#refusal(await text(response));
      for await (const piece of response.setEncoding('utf8')) {
        parser.feed(String(piece));
        yield* received.splice(0);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof GataError || error instanceof z.ZodError) throw error;
      throw this.#unreachable(error);
    }
    if (!signal.aborted) throw this.#unreachable(undefined);
  }

  async #request(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.#open(method, path, { body });
    const answer = await text(response);
    if (isSuccess(response)) return answer === '' ? null : JSON.parse(answer);
    throw this.#refusal(answer);
  }

  /** Not fetch, which gives up after five minutes: adding a model answers when its download is done. */
  #open(
    method: string,
    path: string,
    { body, signal }: { body?: unknown; signal?: AbortSignal },
  ): Promise<IncomingMessage> {
    const { port, tokens } = this.#endpoint();
    return new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${tokens.ui}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const options = { host: '127.0.0.1', port, method, path, headers, agent: false as const };
      const request = httpRequest(signal === undefined ? options : { ...options, signal }, resolve);
      request.on('error', (error) => reject(this.#unreachable(error)));
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  #endpoint(): EndpointFile {
    try {
      const endpoint = readEndpointFile(this.#dataFolder);
      if (endpoint !== undefined) return endpoint;
    } catch (error) {
      throw this.#unreachable(error);
    }
    throw this.#unreachable(undefined);
  }

  #unreachable(cause: unknown): GataError {
    return new GataError(
      'agent-unreachable',
      `No Gata agent runs with the data folder ${this.#dataFolder}. Start Gata, or name its folder with --data-dir.`,
      { cause },
    );
  }

  #refusal(answer: string): GataError {
    const body = errorBodySchema.safeParse(parseJson(answer));
    // Another program listens on the port that a killed agent left in its endpoint file.
    if (!body.success) return this.#unreachable(body.error);
    const { code, message, param } = body.data.error;
    return new GataError(code, message, param === null ? {} : { param });
  }
}

function isSuccess({ statusCode }: IncomingMessage): boolean {
  return statusCode !== undefined && statusCode < 300;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The answer of a request that answers nothing. */
export const nothingSchema = z.null();
