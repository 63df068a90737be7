import type { Logger } from 'pino';

/**
 * Keeps this process's memory, with its keys and tokens, from other programs of the same user and from the disk: no
 * core dumps here and in every program it starts, no inherited descriptors for those, and nobody but an
 * administrator may look into it. Where that fails, the agent goes on, and the log says so.
 */
export async function hardenProcess(logger: Logger): Promise<void> {
  if (process.platform !== 'linux') return;
  try {
    const { forbidCoreDumps, forbidTracing, keepDescriptorsToItself } = await import(
      './own-process.linux.ts'
    );
    keepDescriptorsToItself();
    forbidCoreDumps();
    forbidTracing();
  } catch (error) {
    logger.warn({ err: error }, 'The process could not be closed to other programs of the same user.');
  }
}
