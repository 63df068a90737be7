import { HELPER_PIPE_PATH } from '../../shared/gpu-helper-protocol.ts';
import { runUntilSignal } from './end-signals.ts';
import type { HelperArguments } from './helper-arguments.ts';
import type { HelperHost } from './helper-host.ts';
import type { HelperServer } from './helper-server.ts';
import { Win32PipeApi } from './windows/pipe-api.win32.ts';
import { PipeListener } from './windows/pipe-listener.ts';
import { Win32ServiceApi } from './windows/service-api.win32.ts';
import { SERVICE_NAME } from './windows/service-name.ts';

/** A Windows service, or a plain program where it is started by hand. */
export class Win32HelperHost implements HelperHost {
  readonly #services = new Win32ServiceApi();
  readonly #pipes = new Win32PipeApi();

  async run(command: HelperArguments, main: (stop: AbortSignal) => Promise<number>): Promise<number> {
    if (!command.service) return await runUntilSignal(main);
    let exitCode = 0;
    await this.#services.runService(SERVICE_NAME, async (stop) => {
      exitCode = await main(stop);
      return exitCode;
    });
    return exitCode;
  }

  async listen(command: HelperArguments, server: HelperServer): Promise<AsyncDisposable> {
    const { allowedSids, socket } = command;
    const name = socket ?? HELPER_PIPE_PATH;
    const listener = new PipeListener({ api: this.#pipes, server, name, allowedSids });
    const served = listener.serve();
    // Such an error ends the process, and Windows starts it again.
    served.catch((error: unknown) => {
      throw error;
    });
    return {
      [Symbol.asyncDispose]: async () => {
        listener[Symbol.dispose]();
        await served;
      },
    };
  }
}
