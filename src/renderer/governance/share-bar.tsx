const LENGTH = 1000;
const GAP = 4;

export interface BarPart {
  readonly name: string;
  readonly share: number;
  /** A class such as `fill-jade`. */
  readonly fill: string;
}

/**
 * Shares side by side, in thousandths of the whole; what is missing is left empty. The text beside it has the figures.
 */
export function ShareBar({ parts, className = 'h-2.5' }: { parts: readonly BarPart[]; className?: string }) {
  let start = 0;
  return (
    <svg
      viewBox={`0 0 ${LENGTH} 10`}
      preserveAspectRatio="none"
      className={`w-full overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset ${className}`}
      aria-hidden="true"
    >
      {parts.map(({ name, share, fill }) => {
        const x = start;
        start += share;
        const gap = start < LENGTH ? GAP : 0;
        return share === 0 ? null : (
          <rect key={name} x={x} width={Math.max(2, share - gap)} height="10" className={fill} />
        );
      })}
    </svg>
  );
}
