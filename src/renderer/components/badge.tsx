import type { ReactNode } from 'react';

type Tone = 'jade' | 'sky' | 'amber' | 'ember' | 'plain';

const TONES: Record<Tone, string> = {
  jade: 'bg-jade-wash text-jade',
  sky: 'bg-sky-wash text-sky',
  amber: 'bg-amber-wash text-amber',
  ember: 'bg-ember-wash text-ember',
  plain: 'bg-sunken text-muted ring-1 ring-line ring-inset',
};

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex h-5.5 shrink-0 items-center rounded-md px-1.5 text-xs font-semibold whitespace-nowrap ${TONES[tone]}`}
    >
      {children}
    </span>
  );
}
