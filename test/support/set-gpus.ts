import { EventEmitter } from 'node:events';
import type { ApiGpus } from '../../src/agent/api/api-parts.ts';
import type { GataError } from '../../src/shared/gata-error.ts';
import type { GpuHistory, GpusPage } from '../../src/shared/local-api.ts';

export const NO_GPUS_PAGE: GpusPage = {
  state: 'absent',
  detail: 'There is no NVIDIA driver on this machine.',
  driverVersion: null,
  cudaVersion: null,
  authority: 'none',
  authorityDetail: 'There is no NVIDIA driver on this machine.',
  helper: { state: 'not-installed', busy: null, detail: 'It is not needed.' },
  gpus: [],
};

/** The graphics cards of a machine that shows the page it is told to. */
export class SetGpus extends EventEmitter<{ change: [] }> implements ApiGpus {
  shown: GpusPage = NO_GPUS_PAGE;
  readonly histories = new Map<string, GpuHistory>();
  /** What was asked of the helper, in order. */
  readonly calls: ('install' | 'remove')[] = [];
  refusal: GataError | null = null;

  page(): GpusPage {
    return this.shown;
  }

  history(uuid: string): GpuHistory | undefined {
    return this.histories.get(uuid);
  }

  show(page: GpusPage): void {
    this.shown = page;
    this.emit('change');
  }

  async installHelper(): Promise<void> {
    this.calls.push('install');
    if (this.refusal !== null) throw this.refusal;
  }

  async removeHelper(): Promise<void> {
    this.calls.push('remove');
    if (this.refusal !== null) throw this.refusal;
  }
}
