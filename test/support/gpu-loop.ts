import { existsSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FakeDriver } from '../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import {
  type AgentProgram,
  type AgentProgramOptions,
  type GatewayProgram,
  startAgentProgram,
  startGatewayProgram,
} from '../../scripts/start/programs.ts';
import { DigitsBuyer } from './digits-buyer.ts';

/** Chromium's Vulkan driver, which computes on the processor: workers then run on a GPU provider without a GPU. */
const VULKAN_FOLDER = '/usr/lib/chromium';
const VULKAN = {
  VK_DRIVER_FILES: `${VULKAN_FOLDER}/vk_swiftshader_icd.json`,
  LD_LIBRARY_PATH: VULKAN_FOLDER,
};

/** What the tests of a governed card need of this machine. */
export const canGovern =
  process.geteuid?.() === 0 && existsSync('/usr/bin/bwrap') && existsSync(VULKAN.VK_DRIVER_FILES);

export interface GpuLoopOptions {
  readonly driver: FakeDriver;
  readonly helperSocket?: string;
  /** The guard may not set limits itself. */
  readonly unprivileged?: boolean;
}

/** Gateway, agent and a buyer on a machine with a fake NVIDIA card; the agent can be started again and again. */
export class GpuLoop implements AsyncDisposable {
  readonly gateway: GatewayProgram;
  readonly folder: string;
  readonly #options: GpuLoopOptions;
  readonly #owned: AsyncDisposableStack;
  #agent: AgentProgram | undefined;

  private constructor(
    folder: string,
    gateway: GatewayProgram,
    options: GpuLoopOptions,
    owned: AsyncDisposableStack,
  ) {
    this.folder = folder;
    this.gateway = gateway;
    this.#options = options;
    this.#owned = owned;
  }

  static async start(options: GpuLoopOptions): Promise<GpuLoop> {
    await using cleanup = new AsyncDisposableStack();
    const folder = cleanup.use(await mkdtempDisposable(path.join(tmpdir(), 'gata-gpu-'))).path;
    const gateway = cleanup.use(await startGatewayProgram({ dataFolder: path.join(folder, 'network') }));
    cleanup.use(new DigitsBuyer(gateway.url, gateway.apiKey));
    const loop = new GpuLoop(folder, gateway, options, cleanup.move());
    try {
      await loop.startAgent();
      return loop;
    } catch (error) {
      await loop[Symbol.asyncDispose]();
      throw error;
    }
  }

  get agent(): AgentProgram {
    if (this.#agent === undefined) throw new Error('No agent runs.');
    return this.#agent;
  }

  async startAgent(): Promise<AgentProgram> {
    this.#agent = await startAgentProgram(this.#agentOptions());
    return this.#agent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent?.[Symbol.asyncDispose]();
    await this.#owned.disposeAsync();
  }

  #agentOptions(): AgentProgramOptions {
    const { driver, helperSocket, unprivileged = false } = this.#options;
    return {
      dataFolder: path.join(this.folder, 'agent'),
      gatewayUrl: this.gateway.url,
      catalogueRoot: this.gateway.catalogue.root,
      port: 0,
      flags: [
        ...['--nvml-library', driver.libraryPath],
        // A helper that is really installed on this machine has no part in a test.
        ...['--gpu-helper', helperSocket ?? path.join(this.folder, 'no-helper.socket')],
      ],
      environment: { ...VULKAN, ...(unprivileged ? { NVML_FAKE_UNPRIVILEGED: '1' } : {}) },
    };
  }
}
