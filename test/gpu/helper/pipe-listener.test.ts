import { expect, test, vi } from 'vitest';
import { HelperServer } from '../../../src/gpu/helper/helper-server.ts';
import type { HelperVerbs } from '../../../src/gpu/helper/helper-verbs.ts';
import { PipeListener, pipeSecurity } from '../../../src/gpu/helper/windows/pipe-listener.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { FakePipes } from '../../support/fake-pipes.ts';

const NAME = '\\\\.\\pipe\\gata-test';
const SID = 'S-1-5-21-1-2-3-1001';

test('lets the system, administrators and the user in, and nobody else', async () => {
  await using given = serve();
  expect(given.pipes.made[0]).toMatchObject({
    name: NAME,
    security: `D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GRGW;;;${SID})`,
    isFirst: true,
  });
  expect(given.pipes.made.slice(1).every(({ isFirst }) => !isFirst)).toBe(true);
  expect(pipeSecurity([])).toBe('D:P(A;;GA;;;SY)(A;;GA;;;BA)');
});

test('answers a client, whatever pieces the bytes come and go in', async () => {
  await using given = serve();
  given.pipes.room = 7;
  const client = given.pipes.connect();
  for (const piece of ['{"verb"', ':"renew"}\n{"ver', 'b":"release"}\n'])
    client.incoming.push(Buffer.from(piece));
  await vi.waitFor(
    () => expect(client.outgoing).toBe('{"answer":"renewed"}\n{"answer":"released"}\n'),
    10_000,
  );
});

test('puts back what a client held that is gone, and waits for the next on a fresh instance', async () => {
  await using given = serve();
  const client = given.pipes.connect();
  const limits = { powerLimitMilliwatts: 150_000, acousticThresholdC: null };
  client.incoming.push(Buffer.from(`${JSON.stringify({ verb: 'hold', uuid: 'GPU-1', limits })}\n`));
  await vi.waitFor(() => expect(client.outgoing).toContain('"held"'), 10_000);
  const before = [...given.pipes.open.keys()];
  client.isGone = true;
  await vi.waitFor(() => expect(given.verbs.release).toHaveBeenCalledOnce(), 10_000);
  await vi.waitFor(() => expect(given.pipes.open.size).toBe(before.length), 10_000);
  expect([...given.pipes.open.keys()]).not.toEqual(before);
});

test('replaces an instance whose client came and went between two looks', async () => {
  await using given = serve();
  const before = given.pipes.open.size;
  given.pipes.connect().state = 'ended';
  await vi.waitFor(() => expect(given.pipes.made.length).toBe(before + 1), 10_000);
  expect(given.pipes.open.size).toBe(before);
});

test('does not serve a pipe that another program made first', () => {
  const pipes = new FakePipes();
  pipes.isTaken = true;
  expect(() => listenerOn(pipes, fakeVerbs())).toThrow('error 5');
  expect(pipes.open.size).toBe(0);
});

test('closes every handle when it ends', async () => {
  const pipes = new FakePipes();
  const listener = listenerOn(pipes, fakeVerbs());
  const served = listener.serve();
  pipes.connect();
  await new Promise((resolve) => setTimeout(resolve, 200));
  listener[Symbol.dispose]();
  await served;
  expect(pipes.open.size).toBe(0);
});

function fakeVerbs() {
  const release = vi.fn();
  const verbs: HelperVerbs = {
    describe: () => ({ answer: 'description', protocol: 1, version: '0.0.0', devices: [] }),
    hold: (_owner, uuid, limits) => ({ uuid, limits, foreign: false, problem: null }),
    renew: () => {},
    release,
  };
  return { ...verbs, release };
}

function listenerOn(pipes: FakePipes, verbs: HelperVerbs): PipeListener {
  const server = new HelperServer({ verbs, clock: systemClock, log: () => {} });
  return new PipeListener({ api: pipes, server, name: NAME, allowedSids: [SID] });
}

function serve() {
  const pipes = new FakePipes();
  const verbs = fakeVerbs();
  const listener = listenerOn(pipes, verbs);
  const served = listener.serve();
  return {
    pipes,
    verbs,
    [Symbol.asyncDispose]: async () => {
      listener[Symbol.dispose]();
      await served;
    },
  };
}
