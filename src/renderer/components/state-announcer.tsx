import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Announced, announced } from '../announcement.ts';
import { useConnection } from '../api/agent-context.tsx';
import { useStatus } from '../api/queries.ts';

/** Tells screen readers of changes: paused and why, running again, not running. Silent on arrival. */
export function StateAnnouncer() {
  const { t } = useTranslation();
  const now = announced(useStatus().data, useConnection().state.phase);
  const [last, setLast] = useState<Announced>();
  const [text, setText] = useState('');
  useEffect(() => {
    if (now === undefined || JSON.stringify(now) === JSON.stringify(last)) return;
    setLast(now);
    if (last === undefined) return;
    if (now.kind === 'paused') setText(t('hero.announcePaused', { reason: now.reason }));
    else setText(t(now.kind === 'running' ? 'hero.announceRunning' : 'connection.offlineTitle'));
  }, [now, last, t]);
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
