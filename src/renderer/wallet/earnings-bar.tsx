import type { EarningsPart } from './earnings-parts.ts';

const FILLS = {
  pending: 'fill-sky',
  waiting: 'fill-amber',
  claimable: 'fill-jade',
  claimed: 'fill-edge',
} as const;
const LENGTH = 1000;
const GAP = 4;

/** The parts side by side. The table below it has the figures. */
export function EarningsBar({ parts }: { parts: readonly EarningsPart[] }) {
  const sum = parts.reduce((total, { wei }) => total + (wei ?? 0n), 0n);
  if (sum === 0n) return null;
  let start = 0;
  return (
    <svg
      viewBox={`0 0 ${LENGTH} 10`}
      preserveAspectRatio="none"
      className="mb-2 h-2.5 w-full overflow-hidden rounded-full"
      aria-hidden="true"
    >
      {parts.map(({ name, wei }) => {
        const width = Number(((wei ?? 0n) * BigInt(LENGTH)) / sum);
        const x = start;
        start += width;
        return width === 0 ? null : (
          <rect key={name} x={x} width={Math.max(2, width - GAP)} height="10" className={FILLS[name]} />
        );
      })}
    </svg>
  );
}
