import type { FastifyReply } from 'fastify';
import type { TextGenerateOutput } from '../../shared/task.ts';
import type { JobHandle } from '../dispatch/job-handle.ts';

/** Proxies and clients give up on a connection that is silent for long. */
const HEARTBEAT_MS = 10_000;

/** How a call writes its stream; `undefined` writes nothing. */
export interface StreamForm {
  start(): object | undefined;
  piece(text: string): object;
  end(output: TextGenerateOutput): object;
  usage(output: TextGenerateOutput): object;
}

/**
 * Streams a generation as server-sent events. The status is sent with the first piece, the first heartbeat or
 * the end, so that a job that fails early is answered with its own status.
 * @throws GataError the job's failure, when nothing was sent yet; later it becomes an event.
 */
export async function streamGeneration(
  reply: FastifyReply,
  job: JobHandle,
  form: StreamForm,
  includeUsage: boolean,
): Promise<void> {
  const { raw } = reply;
  let isOpen = false;
  const open = () => {
    if (isOpen) return;
    isOpen = true;
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) raw.setHeader(name, value);
    }
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    write(form.start());
  };
  const write = (event: object | undefined) => {
    if (event !== undefined && !raw.destroyed) raw.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  const heartbeat = setInterval(() => {
    open();
    if (!raw.destroyed) raw.write(': still at work\n\n');
  }, HEARTBEAT_MS);
  try {
    for await (const text of job.read()) {
      if (raw.destroyed) return;
      open();
      write(form.piece(text));
      if (raw.writableNeedDrain) await drained(raw);
    }
    const outcome = await job.outcome;
    if (outcome.state !== 'finished') {
      if (!isOpen) throw outcome.error;
      write(outcome.error.toBody());
    } else if (outcome.output.kind === 'text.generate') {
      open();
      write(form.end(outcome.output));
      if (includeUsage) write(form.usage(outcome.output));
      raw.write('data: [DONE]\n\n');
    }
    raw.end();
  } finally {
    clearInterval(heartbeat);
  }
}

/** A slow reader holds back its own stream, not our memory. */
async function drained(raw: FastifyReply['raw']): Promise<void> {
  await new Promise<void>((resolve) => {
    raw.once('drain', resolve);
    raw.once('close', resolve);
  });
}
