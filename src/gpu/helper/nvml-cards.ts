import { NvmlError, NvmlUnavailableError, openNvml } from 'node-nvml';
import { LimitError } from '../limits/limit-error.ts';
import { NvmlLimitableCard } from '../limits/nvml-limitable-card.ts';
import type { OpenedCards } from './helper-limits.ts';

/**
 * Opens the driver and every card that answers.
 * @param libraryPath the driver's library; undefined: where the driver installs it
 * @throws LimitError `driver-unavailable`
 */
export function openNvmlCards(libraryPath: string | undefined): OpenedCards {
  try {
    const nvml = openNvml(libraryPath === undefined ? {} : { libraryPath });
    try {
      const cards = nvml.devices().map((device) => new NvmlLimitableCard(device, device.info()));
      return { cards, [Symbol.dispose]: () => nvml[Symbol.dispose]() };
    } catch (error) {
      nvml[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof NvmlError || error instanceof NvmlUnavailableError)) throw error;
    throw new LimitError('driver-unavailable', error.message, { cause: error });
  }
}
