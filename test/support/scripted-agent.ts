import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  type EndpointFile,
  gameChoiceRequestSchema,
  type LocalEvent,
  pauseRequestSchema,
  type Status,
} from '../../src/shared/local-api.ts';
import { DEFAULT_SETTINGS } from '../../src/shared/settings.ts';
import { gameView } from './game-view.ts';
import { pausedStatus, readyStatus, reason } from './shell-status.ts';

/**
 * A program that speaks the part of the local API that the shell uses, with none of the agent behind it. It
 * appends what happens to `scripted-agent.log` in its data folder.
 */
const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string', default: '' },
    'launched-by': { type: 'string' },
    gateway: { type: 'string' },
    /** `refuse`: end with an error; `deaf`: never end when asked to. */
    behaviour: { type: 'string', default: '' },
  },
});
const folder = values['data-dir'];
const note = (what: string) => appendFileSync(path.join(folder, 'scripted-agent.log'), `${what}\n`);
const endpointFile = path.join(folder, 'agent.json');

note('started');
if (values.behaviour === 'refuse' || existsSync(path.join(folder, 'refuse'))) {
  process.stderr.write('error: The disk is full. (disk-full)\n');
  process.exit(6);
}

const maybe = gameView('lantern', { certainty: 'maybe' });
let status: Status = existsSync(path.join(folder, 'ask'))
  ? pausedStatus([reason('game-running', 'lantern may be a game')], { pid: process.pid, games: [maybe] })
  : readyStatus({ pid: process.pid });
const clients = new Set<(event: LocalEvent) => void>();
const change = (next: Status) => {
  status = next;
  for (const send of clients) send({ event: 'status', data: status });
};

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (bytes: Buffer) => {
    body += bytes.toString();
  });
  request.on('end', () => {
    const answer = (code: number, value: unknown) => {
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (request.headers.authorization !== 'Bearer ui-token') return answer(401, {});
    switch (`${request.method} ${request.url}`) {
      case 'GET /v1/status':
        return answer(200, status);
      case 'GET /v1/settings':
        return answer(200, { ...DEFAULT_SETTINGS, appearance: { theme: 'dark' } });
      case 'GET /v1/events': {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const send = ({ event, data }: LocalEvent) =>
          response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
        clients.add(send);
        response.on('close', () => clients.delete(send));
        return send({ event: 'status', data: status });
      }
      case 'POST /v1/pause': {
        note(`pause ${JSON.stringify(pauseRequestSchema.parse(JSON.parse(body)))}`);
        change(pausedStatus([reason('user-paused', 'You paused it')], { pid: process.pid }));
        return answer(200, status);
      }
      case 'POST /v1/resume':
        note('resume');
        change(readyStatus({ pid: process.pid }));
        return answer(200, status);
      case 'PUT /v1/games/choices':
        note(`choice ${JSON.stringify(gameChoiceRequestSchema.parse(JSON.parse(body)))}`);
        change(readyStatus({ pid: process.pid }));
        return answer(200, null);
      case 'POST /v1/shutdown':
        note('shutdown');
        if (values.behaviour !== 'deaf') response.on('finish', () => end());
        return answer(202, null);
      default:
        return answer(404, {});
    }
  });
});

function end(): void {
  rmSync(endpointFile, { force: true });
  process.exit(0);
}

process.on('SIGTERM', () => {
  note('SIGTERM');
  if (values.behaviour !== 'deaf') end();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const content: EndpointFile = {
    port: address.port,
    pid: process.pid,
    version: '0.1.0',
    tokens: { ui: 'ui-token', launcher: 'launcher-token', read: 'read-token' },
  };
  writeFileSync(endpointFile, JSON.stringify(content));
});
