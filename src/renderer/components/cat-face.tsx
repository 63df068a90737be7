export type CatMood = 'working' | 'ready' | 'paused' | 'offline';

const EYES: Record<CatMood, string> = {
  working: 'text-eye-jade',
  ready: 'text-eye-sky',
  paused: 'text-eye-amber',
  offline: 'text-muted',
};

const HEAD = 'M14 20c0-8 8-11 14-6l12 10q8-2 16 0l12-10c6-5 14-2 14 6l2 32c0 22-15 34-36 34S12 74 12 52z';

/** The Gata: wide awake while it works, half-lidded while it waits, asleep while it is paused. */
export function CatFace({ mood, className }: { mood: CatMood; className?: string }) {
  return (
    <svg viewBox="6 6 84 84" className={className} aria-hidden="true">
      <path
        d={HEAD}
        className={mood === 'offline' ? 'fill-transparent stroke-edge' : 'fill-head'}
        strokeWidth="2.5"
        strokeDasharray={mood === 'offline' ? '5 5' : undefined}
      />
      <g className={EYES[mood]} strokeLinecap="round">
        <Eyes mood={mood} />
      </g>
    </svg>
  );
}

function Eyes({ mood }: { mood: CatMood }) {
  if (mood === 'working')
    return (
      <>
        <path fill="currentColor" d="M24 52q11-17 21 0-10 14-21 0zM51 52q10-17 21 0-11 14-21 0z" />
        <path
          className="fill-head"
          d="M35 43q4.5 8.5 0 16.5-4.5-8 0-16.5zM61 43q4.5 8.5 0 16.5-4.5-8 0-16.5z"
        />
      </>
    );
  if (mood === 'ready')
    return (
      <>
        <path fill="currentColor" d="M24.5 51h20q-10 11.5-20 0zM51.5 51h20q-10 11.5-20 0z" />
        <path className="fill-head" d="M32.5 51h4.5q-2 7-4.5 0zM59 51h4.5q-2 7-4.5 0z" />
      </>
    );
  const lids = mood === 'paused' ? 'M25 50q9.5 8.5 19 0M52 50q9.5 8.5 19 0' : 'M27 52h15M54 52h15';
  return <path d={lids} fill="none" stroke="currentColor" strokeWidth="4" />;
}
