import type { EnergyPage, Profit } from '../../shared/local-api.ts';

const JOULES_PER_KILOWATT_HOUR = 3_600_000;
const WEI_DIGITS = 18;
/** Digits of a GATA that are shown. */
const SHOWN_DIGITS = 6;
const NOT_TOLD = '–';

const HINT = [
  'Tell what electricity and GATA are worth to you, for the rest:',
  `  gata settings set energy.tariff '{"kind":"flat","pricePerKilowattHour":0.32}'`,
  '  gata settings set energy.gataPrice 0.05',
];

/** Days of electricity and earnings as a table for a terminal. */
export function energyText({ days, earnedWeiPerKilowattHour }: EnergyPage): string {
  const currency = days[0]?.currency ?? '';
  const rows = [
    ['Day', 'kWh', 'GATA', `Cost ${currency}`, `Worth ${currency}`, `Net ${currency}`],
    ...days.map((day) => [day.date, ...columnsOf(day)]),
  ];
  const rate =
    earnedWeiPerKilowattHour === null
      ? []
      : [`The latest work earned ${gata(earnedWeiPerKilowattHour)} GATA per kWh.`];
  const hint = days.some((day) => day.net === null) ? HINT : [];
  return [...table(rows), ...rate, ...hint].join('\n');
}

function columnsOf({ energyJoules, earnedWei, electricityCost, earnedValue, net }: Profit): string[] {
  const kilowattHours = (energyJoules / JOULES_PER_KILOWATT_HOUR).toFixed(3);
  return [kilowattHours, gata(earnedWei), ...[electricityCost, earnedValue, net].map(money)];
}

/** Rounded down, so that nobody is shown more than there is. */
function gata(wei: string): string {
  const digits = wei.padStart(WEI_DIGITS + 1, '0');
  return `${digits.slice(0, -WEI_DIGITS)}.${digits.slice(-WEI_DIGITS).slice(0, SHOWN_DIGITS)}`;
}

function money(amount: number | null): string {
  return amount === null ? NOT_TOLD : amount.toFixed(2);
}

/** The first column to the left, the numbers to the right. */
function table(rows: readonly string[][]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
}
