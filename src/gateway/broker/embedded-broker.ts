import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { Aedes, type AuthenticateError } from 'aedes';
import type { Logger } from 'pino';
import { GataError } from '../../shared/gata-error.ts';
import { MESSAGE_BYTES_LIMIT, nodeIdSchema, topics } from '../../shared/job-protocol.ts';
import { isSameSecret, secretDigest } from '../../shared/secret-digest.ts';
import type { BrokerAddress } from './broker-client.ts';
import { GuardedConnection } from './packet-size-guard.ts';

const GATEWAY_USER = 'gateway';
const BAD_CREDENTIALS = 4;
/** A message and what MQTT puts around it: topic, packet id, and at most a login. */
const PACKET_BYTES_LIMIT = MESSAGE_BYTES_LIMIT + 8 * 1024;

export interface EmbeddedBrokerOptions {
  readonly port: number;
  /** Whether the token is a valid session of the node. */
  readonly authenticateNode: (nodeId: string, token: string) => Promise<boolean>;
  readonly log: Logger;
}

/** An MQTT broker in this process, on loopback, where a node reaches nothing but its own two topics. */
export class EmbeddedBroker implements AsyncDisposable {
  readonly #server: net.Server;
  readonly #aedes: Aedes;
  readonly #gatewayPassword: Buffer;

  private constructor(server: net.Server, aedes: Aedes, gatewayPassword: Buffer) {
    this.#server = server;
    this.#aedes = aedes;
    this.#gatewayPassword = gatewayPassword;
  }

  /** @throws GataError `port-in-use`. */
  static async listen({ port, authenticateNode, log }: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
    const password = Buffer.from(randomBytes(32).toString('hex'));
    const users = new WeakMap<object, string>();
    const userOf = (client: object | null) => (client === null ? undefined : users.get(client));
    const aedes = await Aedes.createBroker({
      maxClientsIdLength: 128,
      authenticate(client, username, given, done) {
        const admit = (user: string | undefined) => {
          if (user === undefined) {
            log.warn({ clientId: client.id?.slice(0, 64) }, 'broker refused a connection');
            done(badCredentials(), false);
            return;
          }
          users.set(client, user);
          done(null, true);
        };
        if (username === GATEWAY_USER) {
          admit(
            given !== undefined && isSameSecret(secretDigest(given), secretDigest(password))
              ? GATEWAY_USER
              : undefined,
          );
        } else if (
          given === undefined ||
          !nodeIdSchema.safeParse(username).success ||
          username === undefined ||
          // A connection replaces an older one of its client id: a node may only replace its own.
          client.id !== username
        ) {
          admit(undefined);
        } else {
          authenticateNode(username, given.toString()).then(
            (valid) => admit(valid ? username : undefined),
            (error: unknown) => {
              log.error({ err: error }, 'a broker login could not be checked');
              admit(undefined);
            },
          );
        }
      },
      authorizePublish(client, packet, callback) {
        const user = userOf(client);
        const bytes = Buffer.byteLength(packet.payload);
        if (bytes > MESSAGE_BYTES_LIMIT) {
          log.warn({ user, bytes }, 'broker refused a message that is too large');
          callback(new Error('The message is too large.'));
        } else if (user === GATEWAY_USER || (user !== undefined && packet.topic === topics.up(user))) {
          callback(null);
        } else {
          log.warn({ user }, "broker refused a message on a topic that is not the sender's");
          callback(new Error('Not your topic.'));
        }
      },
      authorizeSubscribe(client, subscription, callback) {
        const user = userOf(client);
        const allowed =
          user === GATEWAY_USER
            ? subscription.topic === topics.allUp
            : user !== undefined && subscription.topic === topics.down(user);
        // A null subscription is answered with "failure"; the connection lives on.
        callback(null, allowed ? subscription : null);
      },
    });
    aedes.on('clientError', (client, error) =>
      log.debug({ err: error, user: userOf(client) }, 'broker client'),
    );
    aedes.on('connectionError', (_client, error) => log.debug({ err: error }, 'broker connection'));
    const server = net.createServer({ noDelay: true }, (socket) => {
      const onOversized = () => log.warn('broker closed a connection that announced too large a packet');
      aedes.handle(new GuardedConnection(socket, PACKET_BYTES_LIMIT, onOversized));
    });
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', resolve);
      });
    } catch (error) {
      aedes.close();
      throw listenFailure(error, port);
    }
    return new EmbeddedBroker(server, aedes, password);
  }

  /** For nodes, without credentials. */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The broker is not listening.');
    return `mqtt://127.0.0.1:${address.port}`;
  }

  /** For the gateway itself. */
  get gatewayAddress(): BrokerAddress {
    return { url: this.url, username: GATEWAY_USER, password: this.#gatewayPassword.toString() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function badCredentials(): AuthenticateError {
  return Object.assign(new Error('Wrong user name or password.'), { returnCode: BAD_CREDENTIALS });
}

function listenFailure(error: unknown, port: number): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) return error;
  return new GataError('port-in-use', `Port ${port} is taken. Choose another with --broker-port.`, {
    cause: error,
  });
}
