import { Command } from 'commander';
import type { GpuPreferences } from '../../../shared/gpu-preferences.ts';
import { type GpusPage, gpusPageSchema } from '../../../shared/local-api.ts';
import { type Settings, settingsSchema } from '../../../shared/settings.ts';
import { type CommandContext, contextOf } from '../command-context.ts';
import {
  applyGpuChange,
  type GpuChange,
  gpuAssignmentsHelp,
  parseGpuAssignments,
} from '../gpu-assignments.ts';
import { gpuHelperText, gpusText } from '../gpu-text.ts';
import { selectGpu } from '../select-gpus.ts';

const CLEAR_SCREEN = '\u001b[H\u001b[2J';

export function gpuCommand(): Command {
  const gpu = new Command('gpu')
    .description('graphics cards: readings, limits, and why one does not compute')
    .option('--watch', 'print again at each reading, until Ctrl+C')
    .action(async ({ watch }: { watch?: boolean }, command: Command) => {
      const context = contextOf(command);
      const page = await context.client.get('/v1/gpus', gpusPageSchema);
      if (watch === true) await watchGpus(page, context);
      else context.print(page, () => gpusText(page));
    });
  gpu.addCommand(setCommand());
  gpu.addCommand(helperCommand());
  return gpu;
}

async function watchGpus(first: GpusPage, { client, print }: CommandContext): Promise<void> {
  const show = (page: GpusPage) =>
    print(page, () => `${process.stdout.isTTY ? CLEAR_SCREEN : ''}${gpusText(page)}`);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  // The reader of a pipe may leave first.
  process.stdout.once('error', onSignal);
  try {
    show(first);
    for await (const event of client.events(stop.signal)) if (event.event === 'gpus') show(event.data);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    process.stdout.off('error', onSignal);
  }
}

function setCommand(): Command {
  return new Command('set')
    .description("change a card's settings, or those of all")
    .argument('<card>', 'its number, id or a part of its name; all: every card')
    .argument('<name=value...>', 'what to change')
    .addHelpText(
      'after',
      `\nNames:\n${gpuAssignmentsHelp()}\n\ntarget, power and fan make the preset custom; it starts from the preset before.`,
    )
    .action(async (card: string, words: string[], _options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const change = parseGpuAssignments(words);
      const { gpu } = await client.get('/v1/settings', settingsSchema);
      const patch = card === 'all' ? changeAll(gpu, change) : changeOne(gpu, change, await uuidOf(card));
      const settings = await client.send('PATCH', '/v1/settings', settingsSchema, { gpu: patch.gpu });
      print(settings.gpu, () => `${patch.what}: ${preferencesText(patch.preferences)}`);

      async function uuidOf(word: string): Promise<string> {
        // A card that has settings may be set while it is away.
        if (gpu.cards[word] !== undefined) return word;
        const { gpus } = await client.get('/v1/gpus', gpusPageSchema);
        return selectGpu(
          word,
          gpus.map(({ device }) => device),
        ).uuid;
      }
    });
}

interface GpuPatch {
  readonly gpu: Partial<Settings['gpu']>;
  /** What was changed, and to what, for the answer. */
  readonly what: string;
  readonly preferences: GpuPreferences;
}

function changeAll({ defaults, cards }: Settings['gpu'], change: GpuChange): GpuPatch {
  const preferences = applyGpuChange(defaults, change);
  const changed = Object.entries(cards).map(([uuid, own]) => [uuid, applyGpuChange(own, change)] as const);
  return {
    gpu: { defaults: preferences, ...(changed.length === 0 ? {} : { cards: Object.fromEntries(changed) }) },
    what: changed.length === 0 ? 'all cards' : `all cards (${changed.length} with settings of their own)`,
    preferences,
  };
}

function changeOne({ defaults, cards }: Settings['gpu'], change: GpuChange, uuid: string): GpuPatch {
  const preferences = applyGpuChange(cards[uuid] ?? defaults, change);
  return { gpu: { cards: { ...cards, [uuid]: preferences } }, what: uuid, preferences };
}

function preferencesText(preferences: GpuPreferences): string {
  const { enabled, preset, custom, safetyTemperatureC, memoryHeadroomBytes } = preferences;
  const fan = custom.fanCeilingPercent ?? 'none';
  return [
    `enabled=${enabled}`,
    `preset=${preset}`,
    ...(preset === 'custom'
      ? [`target=${custom.targetTemperatureC}`, `power=${custom.powerPercent}`, `fan=${fan}`]
      : []),
    `safety=${safetyTemperatureC}`,
    `headroom=${bytesText(memoryHeadroomBytes)}`,
  ].join(' ');
}

/** As `headroom=` takes it. */
function bytesText(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 30}GiB` : `${Number((bytes / 1e9).toFixed(3))}GB`;
}

function helperCommand(): Command {
  const helper = new Command('helper').description(
    'the privileged helper that sets limits on the card for Gata',
  );
  const ask = (name: string, description: string, method: 'GET' | 'POST' | 'DELETE') =>
    new Command(name).description(description).action(async (_options: unknown, command: Command) => {
      const { client, print } = contextOf(command);
      const page =
        method === 'GET'
          ? await client.get('/v1/gpus', gpusPageSchema)
          : await client.send(method, '/v1/gpu-helper', gpusPageSchema);
      print(page.helper, () => gpuHelperText(page));
    });
  helper.addCommand(ask('install', 'install it; your system asks for permission', 'POST'));
  helper.addCommand(ask('remove', 'remove it; limits are put back first', 'DELETE'));
  helper.addCommand(ask('status', 'whether it is installed', 'GET'), { isDefault: true });
  return helper;
}
