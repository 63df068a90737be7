import { EventEmitter } from 'node:events';
import type { GpuHistory, GpusPage } from '../../shared/local-api.ts';
import type { GpuController } from './gpu-controller.ts';
import type { HelperControl } from './helper-control.ts';

/** What a person sees of the graphics cards, and does about the helper that limits them. */
export class GpuBoard extends EventEmitter<{ change: [] }> {
  readonly #controller: GpuController;
  readonly #helper: HelperControl;

  constructor(controller: GpuController, helper: HelperControl) {
    super();
    this.#controller = controller;
    this.#helper = helper;
    controller.on('change', () => this.emit('change'));
    helper.on('change', () => this.emit('change'));
  }

  page(): GpusPage {
    return { ...this.#controller.page(), helper: this.#helper.view() };
  }

  /** undefined: there is no such card. */
  history(uuid: string, seconds: number): GpuHistory | undefined {
    return this.#controller.history(uuid, seconds);
  }

  /** @throws GataError `gpu-helper-failed` */
  installHelper(): Promise<void> {
    return this.#helper.install();
  }

  /** @throws GataError `gpu-helper-failed` */
  removeHelper(): Promise<void> {
    return this.#helper.remove();
  }
}
