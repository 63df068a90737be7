import type { FastifyReply, FastifyRequest } from 'fastify';
import { GataError } from '../../shared/gata-error.ts';
import type { TokenScope } from '../../shared/local-api.ts';
import { SHELL_ORIGIN } from '../../shared/shell-contract.ts';
import type { LauncherTokens } from '../launcher/launcher-tokens.ts';
import { isAllowed, scopeOfToken, type Tokens } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of the token that came with it; `checkToken` sets it. */
    tokenScope?: TokenScope;
  }
  interface FastifyContextConfig {
    /** The least token scope that may call the route; `public` needs none. A route without it is refused. */
    scope?: TokenScope | 'public';
  }
}

/**
 * A web page may send requests to loopback. Checking `Host` defeats DNS rebinding (a foreign name that
 * resolves to 127.0.0.1), checking `Origin` defeats cross-site requests.
 * @throws GataError `unknown-host` or `foreign-origin`.
 */
export function checkHostAndOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const port = request.socket.localPort;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (!hosts.includes(request.headers.host ?? '')) {
    throw new GataError(
      'unknown-host',
      `The local API answers only to the host ${hosts[0]} or ${hosts[1]}, not to "${request.headers.host ?? ''}".`,
    );
  }
  const { origin } = request.headers;
  if (origin === undefined) return;
  if (origin === SHELL_ORIGIN) {
    reply.header('access-control-allow-origin', SHELL_ORIGIN).header('vary', 'origin');
    return;
  }
  if (!hosts.some((host) => origin === `http://${host}`)) {
    throw new GataError('foreign-origin', `Pages of ${origin} may not use the local API.`);
  }
}

/** The desktop window's preflight. */
export function answerPreflight(reply: FastifyReply): FastifyReply {
  return reply
    .code(204)
    .header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE')
    .header('access-control-allow-headers', 'authorization, content-type')
    .header('access-control-max-age', '600')
    .send();
}

/** @throws GataError `unauthorized` or `forbidden`. */
export function checkToken(
  { tokens, launchers }: { tokens: Tokens; launchers: LauncherTokens },
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const needed = request.routeOptions.config.scope ?? 'ui';
  if (needed === 'public') return;
  const presented = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const held =
    presented === undefined
      ? undefined
      : (scopeOfToken(tokens, presented) ??
        (launchers.launcherOf(presented) === undefined ? undefined : 'launcher'));
  if (held === undefined) {
    reply.header('www-authenticate', 'Bearer');
    throw new GataError(
      'unauthorized',
      presented === undefined
        ? 'Send "Authorization: Bearer <token>"; the tokens are in agent.json in the data folder.'
        : 'This token is not valid; the tokens are in agent.json in the data folder.',
    );
  }
  if (!isAllowed(held, needed)) {
    throw new GataError('forbidden', `This needs the "${needed}" token; the "${held}" token was sent.`);
  }
  request.tokenScope = held;
}
