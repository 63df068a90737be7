import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createPipe, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { sessionSchema } from '../../src/shared/job-protocol.ts';
import { type RewardStatement, rewardStatementSchema } from '../../src/shared/reward-statement.ts';

/** Stands between a node and a real gateway: changes its statements, and lets its messages get lost. */
export class LyingGateway implements AsyncDisposable {
  readonly url: string;
  /** What becomes of the statements. */
  lie: (statement: RewardStatement) => RewardStatement = (statement) => statement;
  /** What of the broker reaches the node: everything; everything up to the next offer; nothing. */
  speech: 'all' | 'one-offer' | 'none' = 'all';
  readonly #upstream: string;
  readonly #http: ReturnType<typeof createServer>;
  readonly #broker: Server;
  readonly #sockets = new Set<Socket>();
  #brokerPort = 0;

  private constructor(upstream: string, http: ReturnType<typeof createServer>, broker: Server) {
    this.#upstream = upstream;
    this.#http = http;
    this.#broker = broker;
    this.url = `http://127.0.0.1:${portOf(http)}`;
    http.on('request', (request, response) => {
      this.#forward(request, response).catch(() => response.destroy());
    });
    broker.on('connection', (socket) => this.#pipe(socket));
  }

  /** @param port where the real gateway will listen. */
  static async listen(port: number): Promise<LyingGateway> {
    const http = createServer();
    const broker = createPipe();
    for (const server of [http, broker]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return new LyingGateway(`http://127.0.0.1:${port}`, http, broker);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#http.closeAllConnections();
    await Promise.all([this.#http, this.#broker].map((server) => new Promise((done) => server.close(done))));
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '/', headers } = request;
    const onward = httpRequest(this.#upstream + url, { method, headers });
    request.pipe(onward);
    const [answer]: [IncomingMessage] = await new Promise((resolve, reject) => {
      onward.once('response', (incoming) => resolve([incoming]));
      onward.once('error', reject);
    });
    const changed = await this.#changed(url, answer);
    if (changed === undefined) {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(changed));
  }

  async #changed(url: string, answer: IncomingMessage): Promise<unknown> {
    if (answer.statusCode !== 200) return undefined;
    if (url.startsWith('/v1/nodes/me/statement')) {
      return this.lie(rewardStatementSchema.parse(JSON.parse(await text(answer))));
    }
    if (url === '/v1/nodes/sessions') {
      const session = sessionSchema.parse(JSON.parse(await text(answer)));
      this.#brokerPort = Number(new URL(session.brokerUrl).port);
      return { ...session, brokerUrl: `mqtt://127.0.0.1:${portOf(this.#broker)}` };
    }
    return undefined;
  }

  #pipe(node: Socket): void {
    const broker = connect(this.#brokerPort, '127.0.0.1');
    for (const [socket, other] of [
      [node, broker],
      [broker, node],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    node.on('data', (bytes) => broker.write(bytes));
    broker.on('data', (bytes) => {
      if (this.speech !== 'none') node.write(bytes);
      if (this.speech === 'one-offer' && bytes.includes('offer')) this.speech = 'none';
    });
  }
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
