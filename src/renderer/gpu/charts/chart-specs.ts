import type { TFunction } from 'i18next';
import type { GpuDevice } from '../../../shared/gpu.ts';
import type { GpuTargets } from '../../../shared/gpu-preferences.ts';
import { formatCelsius, formatPercent, formatVideoMemory, formatWatts } from '../../format/quantity.ts';
import type { ChartLine, ChartMark, ChartSpec } from './chart-spec.ts';

const BYTES_PER_GIBIBYTE = 1024 ** 3;

export interface ChartSubject {
  readonly device: GpuDevice;
  readonly targets: GpuTargets;
  readonly safetyTemperatureC: number;
  readonly memoryHeadroomBytes: number;
  /** The limit that is set on the card now, by whomever. */
  readonly powerLimitMilliwatts: number | null;
  /** What the preset allows on this card; null where the card does not tell its default. */
  readonly wishedPowerMilliwatts: number | null;
  /** The card has told it at least once. */
  readonly has: { readonly memoryTemperature: boolean; readonly power: boolean; readonly fan: boolean };
}

/** The charts of a card, in their order on the page; what the card does not measure is left out. */
export function chartSpecs(subject: ChartSubject, t: TFunction, locale: string): ChartSpec[] {
  return [
    temperatureChart(subject, t, locale),
    ...(subject.has.power ? [powerChart(subject, t, locale)] : []),
    utilisationChart(t, locale),
    memoryChart(subject, t, locale),
    ...(subject.has.fan ? [fanChart(subject, t, locale)] : []),
  ];
}

function temperatureChart(subject: ChartSubject, t: TFunction, locale: string): ChartSpec {
  const { targetTemperatureC } = subject.targets;
  const { safetyTemperatureC } = subject;
  const format = (value: number) => formatCelsius(value, locale);
  const memory: ChartLine = {
    column: 'memoryTemperatureC',
    label: t('gpu.chart.memoryShort'),
    colour: 'sky',
  };
  return {
    id: 'temperature',
    title: t('gpu.chart.temperature'),
    lines: [
      { column: 'temperatureC', label: t('gpu.chart.core'), colour: 'jade' },
      ...(subject.has.memoryTemperature ? [memory] : []),
    ],
    marks: [
      mark(targetTemperatureC, t('gpu.chart.target', { value: format(targetTemperatureC) }), 'amber', 'left'),
      mark(
        safetyTemperatureC,
        t('gpu.chart.safety', { value: format(safetyTemperatureC) }),
        'ember',
        'right',
      ),
    ],
    bounds: (extent) => [
      Math.floor(Math.min(40, extent?.lowest ?? 40) / 10) * 10,
      Math.ceil((Math.max(safetyTemperatureC, extent?.highest ?? 0) + 4) / 10) * 10,
    ],
    format,
    formatTick: (value) => `${value}°`,
  };
}

function powerChart(subject: ChartSubject, t: TFunction, locale: string): ChartSpec {
  const { powerLimitMilliwatts: limit, wishedPowerMilliwatts: wish, device } = subject;
  const format = (value: number) => formatWatts(value, locale);
  const isMet = wish !== null && limit !== null && limit <= wish;
  const highest = Math.max(limit ?? 0, wish ?? 0, device.powerLimitRange?.defaultMilliwatts ?? 0);
  return {
    id: 'power',
    title: t('gpu.chart.power'),
    lines: [{ column: 'powerMilliwatts', label: t('gpu.chart.draw'), colour: 'jade' }],
    marks: [
      ...(wish !== null && !isMet
        ? [mark(wish, t('gpu.chart.target', { value: format(wish) }), 'amber', 'left')]
        : []),
      ...(limit === null
        ? []
        : [mark(limit, t('gpu.chart.limit', { value: format(limit) }), 'muted', 'right')]),
    ],
    bounds: (extent) => [0, roundUp(Math.max(highest, extent?.highest ?? 0) * 1.08, 50_000)],
    format,
    formatTick: (value) => String(value / 1000),
  };
}

function utilisationChart(t: TFunction, locale: string): ChartSpec {
  return {
    id: 'utilisation',
    title: t('gpu.chart.utilisation'),
    lines: [{ column: 'utilisationPercent', label: t('gpu.chart.load'), colour: 'jade' }],
    marks: [],
    bounds: () => [0, 100],
    format: (value) => formatPercent(value, locale),
    formatTick: String,
  };
}

function memoryChart(subject: ChartSubject, t: TFunction, locale: string): ChartSpec {
  const { memoryBytes } = subject.device;
  const mayFill = memoryBytes - subject.memoryHeadroomBytes;
  const format = (value: number) => formatVideoMemory(value, locale);
  return {
    id: 'memory',
    title: t('gpu.chart.memory'),
    lines: [{ column: 'memoryUsedBytes', label: t('gpu.chart.used'), colour: 'sky' }],
    marks:
      subject.memoryHeadroomBytes > 0 && mayFill > 0
        ? [
            mark(
              mayFill,
              t('gpu.chart.keptFree', { value: format(subject.memoryHeadroomBytes) }),
              'muted',
              'left',
            ),
          ]
        : [],
    bounds: () => [0, roundUp(memoryBytes, BYTES_PER_GIBIBYTE)],
    tickSteps: [1, 2, 4, 8, 16, 32, 64].map((gibibytes) => gibibytes * BYTES_PER_GIBIBYTE),
    format,
    formatTick: (value) => String(value / BYTES_PER_GIBIBYTE),
  };
}

function fanChart(subject: ChartSubject, t: TFunction, locale: string): ChartSpec {
  const { fanCeilingPercent } = subject.targets;
  const format = (value: number) => formatPercent(value, locale);
  return {
    id: 'fan',
    title: t('gpu.chart.fan'),
    lines: [{ column: 'fanPercent', label: t('gpu.chart.speed'), colour: 'sky' }],
    marks:
      fanCeilingPercent === null
        ? []
        : [
            mark(
              fanCeilingPercent,
              t('gpu.chart.ceiling', { value: format(fanCeilingPercent) }),
              'amber',
              'left',
            ),
          ],
    bounds: (extent) => [0, Math.max(100, roundUp(extent?.highest ?? 0, 10))],
    format,
    formatTick: String,
  };
}

function mark(value: number, label: string, colour: ChartMark['colour'], side: ChartMark['side']): ChartMark {
  return { value, label, colour, side };
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
