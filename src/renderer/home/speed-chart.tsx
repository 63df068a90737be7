import { useTranslation } from 'react-i18next';
import { useSpeedSamples } from '../api/agent-context.tsx';
import { barHeights } from './bar-heights.ts';

const SLOTS = 60;
const HEIGHT = 40;

/** The last minute's speed, a bar a second. Drawn when a sample arrives and never animated. */
export function SpeedChart() {
  const { t } = useTranslation();
  const heights = barHeights(useSpeedSamples(), SLOTS, HEIGHT);
  return (
    <div className="mt-auto pt-4">
      <p aria-hidden="true" className="mb-1 text-xs text-muted">
        {t('now.speedHistory')}
      </p>
      <svg
        viewBox={`0 0 ${SLOTS * 4} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('now.speedHistory')}
        className="h-10 w-full"
      >
        <rect x="0" y={HEIGHT - 1} width={SLOTS * 4} height="1" className="fill-line" />
        {heights.map((height, slot) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its place; only its height changes.
            key={slot}
            x={slot * 4}
            y={HEIGHT - height}
            width="2.6"
            height={height}
            className="fill-jade"
          />
        ))}
      </svg>
    </div>
  );
}
