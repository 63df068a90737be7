import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobView } from '../../shared/local-api.ts';
import { Icon } from '../components/icon.tsx';
import { rowAfterKey, rowWindow } from '../components/row-window.ts';
import { scrollRowIntoView } from '../components/scroll-row-into-view.ts';
import { useListView } from '../components/use-list-view.ts';
import { JobCells, NARROW_ROW_HEIGHT, rowLayout, WIDE_ROW_HEIGHT } from './job-row.tsx';
import { useHeldPosition } from './use-held-position.ts';

const WIDE_FROM_PX = 780;

/**
 * The jobs as a grid whose rows take the focus one at a time. Only rows in view exist; they are placed by
 * transforms, which shift no layout when others arrive.
 */
export function JobList({
  jobs,
  selectedId,
  onSelect,
  footer,
}: {
  jobs: readonly JobView[];
  selectedId: string | undefined;
  onSelect: (id: string) => void;
  footer: ReactNode;
}) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const view = useListView(scroller);
  const wide = view.width >= WIDE_FROM_PX;
  const rowHeight = wide ? WIDE_ROW_HEIGHT : NARROW_ROW_HEIGHT;
  const ids = useMemo(() => jobs.map((job) => job.id), [jobs]);
  const unseen = useHeldPosition(scroller, ids, rowHeight, view.scrollTop === 0);

  const [focusId, setFocusId] = useState<string>();
  const focusIndex = Math.max(0, ids.indexOf(focusId ?? selectedId ?? ''));
  const moveFocus = useRef(false);
  const { first, end } = rowWindow({
    rows: jobs.length,
    rowHeight,
    scrollTop: view.scrollTop,
    viewHeight: view.height,
  });
  // The row that Tab reaches exists even when it is out of view.
  const drawn = [...jobs.slice(first, end).entries()].map(([index, job]) => ({ index: first + index, job }));
  const focusJob = jobs[focusIndex];
  if (focusJob !== undefined && (focusIndex < first || focusIndex >= end))
    drawn.push({ index: focusIndex, job: focusJob });

  useEffect(() => {
    if (!moveFocus.current) return;
    moveFocus.current = false;
    scroller.current?.querySelector<HTMLElement>('tr[tabindex="0"]')?.focus();
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (focusJob !== undefined) onSelect(focusJob.id);
      return;
    }
    const rowsInView = Math.max(1, Math.floor(view.height / rowHeight) - 1);
    const target = rowAfterKey(event.key, focusIndex, { rows: jobs.length, rowsInView });
    if (target === undefined) return;
    event.preventDefault();
    moveFocus.current = true;
    setFocusId(ids[target]);
    scrollRowIntoView(scroller.current, target, rowHeight);
  };

  return (
    <div className="card relative flex min-h-0 grow flex-col overflow-hidden">
      <div ref={scroller} className="min-h-0 grow overflow-y-auto">
        {/* Real table elements for what they mean; their boxes are our own. */}
        {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: ARIA lets a table be a grid. */}
        <table role="grid" aria-label={t('jobs.list')} aria-rowcount={jobs.length + 1} className="block">
          <Header wide={wide} />
          <tbody className="relative block" style={{ height: jobs.length * rowHeight }}>
            {drawn.map(({ index, job }) => (
              <tr
                key={job.id}
                aria-rowindex={index + 2}
                aria-selected={job.id === selectedId}
                tabIndex={index === focusIndex ? 0 : -1}
                onClick={() => {
                  setFocusId(job.id);
                  onSelect(job.id);
                }}
                onFocus={() => setFocusId(job.id)}
                onKeyDown={onKeyDown}
                style={{ height: rowHeight, transform: `translateY(${index * rowHeight}px)` }}
                className={`absolute inset-x-0 top-0 cursor-pointer border-b border-line hover:bg-sunken focus-visible:-outline-offset-2 aria-selected:bg-jade-wash ${rowLayout(wide)}`}
              >
                <JobCells job={job} wide={wide} />
              </tr>
            ))}
          </tbody>
        </table>
        <div className="flex h-16 items-center justify-center">{footer}</div>
      </div>
      {unseen > 0 && (
        <button
          type="button"
          onClick={() => scroller.current?.scrollTo({ top: 0 })}
          className="absolute top-14 left-1/2 flex h-8 -translate-x-1/2 items-center gap-1.5 rounded-full bg-jade px-3 text-sm font-semibold text-on-jade shadow-pop"
        >
          <Icon name="arrowUp" className="size-4" />
          {t('jobs.newAbove', { count: unseen })}
        </button>
      )}
    </div>
  );
}

function Header({ wide }: { wide: boolean }) {
  const { t } = useTranslation();
  const columns: { name: string; className?: string }[] = wide
    ? [
        { name: t('jobs.columnState') },
        { name: t('jobs.columnKind') },
        { name: t('jobs.columnModel') },
        { name: t('jobs.columnTokens'), className: 'text-right' },
        { name: t('jobs.columnRan'), className: 'text-right' },
        { name: t('jobs.columnProvider'), className: 'pl-4 text-left' },
        { name: t('jobs.columnAccepted'), className: 'text-right' },
      ]
    : [
        { name: t('jobs.columnKind') },
        { name: t('jobs.columnAccepted') },
        { name: t('jobs.columnModel') },
        { name: t('jobs.columnState') },
      ];
  return (
    <thead className={wide ? 'sticky top-0 z-10 block h-10 border-b border-line bg-surface' : 'sr-only'}>
      <tr aria-rowindex={1} className={`h-full text-sm text-muted ${rowLayout(wide)}`}>
        {columns.map(({ name, className = 'text-left' }) => (
          <th key={name} scope="col" className={`truncate font-normal ${className}`}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
