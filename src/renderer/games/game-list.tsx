import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GameChoice } from '../../shared/game-choice.ts';
import { rowAfterKey, rowWindow } from '../components/row-window.ts';
import { scrollRowIntoView } from '../components/scroll-row-into-view.ts';
import { useListView } from '../components/use-list-view.ts';
import { formatBytes } from '../format/amount.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { GameChoiceMenu } from './game-choice-menu.tsx';
import type { GameRow } from './game-rows.ts';

const WIDE_FROM_PX = 640;
const ROW_HEIGHT = 56;
const WIDE_ROW = 'grid grid-cols-[minmax(0,1fr)_7.5rem_5.5rem_7rem] items-center gap-x-4 px-4';
const NARROW_ROW = 'grid grid-cols-[minmax(0,1fr)_7rem] items-center gap-x-3 px-4';

/**
 * Games with what Gata does about each, as a grid. Only rows in view exist. One row's choice is reached by Tab; the
 * arrows go from row to row.
 */
export function GameList({
  rows,
  disabled,
  onChoose,
}: {
  rows: readonly GameRow[];
  disabled: boolean;
  /** null: the user's word is taken back. */
  onChoose: (key: string, choice: GameChoice | null) => void;
}) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const view = useListView(scroller);
  const wide = view.width >= WIDE_FROM_PX;
  const [focusKey, setFocusKey] = useState<string>();
  const focusIndex = Math.max(
    0,
    rows.findIndex((row) => row.key === focusKey),
  );
  const moveFocus = useRef(false);
  const { first, end } = rowWindow({
    rows: rows.length,
    rowHeight: ROW_HEIGHT,
    scrollTop: view.scrollTop,
    viewHeight: view.height,
  });
  // The row that Tab reaches exists even when it is out of view.
  const drawn = [...rows.slice(first, end).entries()].map(([index, row]) => ({ index: first + index, row }));
  const focusRow = rows[focusIndex];
  if (focusRow !== undefined && (focusIndex < first || focusIndex >= end))
    drawn.push({ index: focusIndex, row: focusRow });

  useEffect(() => {
    if (!moveFocus.current) return;
    moveFocus.current = false;
    scroller.current?.querySelector<HTMLElement>('button[tabindex="0"]')?.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const rowsInView = Math.max(1, Math.floor(view.height / ROW_HEIGHT) - 1);
    const target = rowAfterKey(event.key, focusIndex, { rows: rows.length, rowsInView });
    if (target === undefined) return;
    // Otherwise the arrow down would open the menu.
    event.preventDefault();
    moveFocus.current = true;
    setFocusKey(rows[target]?.key);
    scrollRowIntoView(scroller.current, target, ROW_HEIGHT);
  };

  return (
    <div ref={scroller} className="min-h-0 grow overflow-y-auto border-t border-line">
      {/* Real table elements for what they mean; their boxes are our own. */}
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: ARIA lets a table be a grid. */}
      <table role="grid" aria-label={t('games.list')} aria-rowcount={rows.length + 1} className="block">
        <Header wide={wide} />
        <tbody className="relative block" style={{ height: rows.length * ROW_HEIGHT }}>
          {drawn.map(({ index, row }) => (
            <tr
              key={row.key}
              aria-rowindex={index + 2}
              style={{ height: ROW_HEIGHT, transform: `translateY(${index * ROW_HEIGHT}px)` }}
              className={`absolute inset-x-0 top-0 border-b border-line ${wide ? WIDE_ROW : NARROW_ROW}`}
            >
              <Cells row={row} wide={wide} />
              <td>
                <GameChoiceMenu
                  name={row.title}
                  choice={row.choice}
                  disabled={disabled}
                  tabIndex={index === focusIndex ? 0 : -1}
                  onFocus={() => setFocusKey(row.key)}
                  onKeyDown={onKeyDown}
                  onChoose={(choice) => onChoose(row.key, choice)}
                  onForget={row.source === 'program' ? () => onChoose(row.key, null) : undefined}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cells({ row, wide }: { row: GameRow; wide: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const source = t(`gameSource.${row.source}`);
  const size = row.sizeBytes === null ? undefined : formatBytes(row.sizeBytes, locale);
  if (!wide)
    return (
      <td className="min-w-0">
        <p className="truncate font-semibold">{row.title}</p>
        <p className="truncate text-sm text-muted">{size === undefined ? source : `${source} · ${size}`}</p>
      </td>
    );
  return (
    <>
      <td className="min-w-0">
        <p className="truncate font-semibold">{row.title}</p>
        <p className="truncate text-sm text-muted" title={row.path}>
          {row.path}
        </p>
      </td>
      <td className="truncate text-muted">{source}</td>
      <td className="text-right text-muted tabular-nums">{size ?? '–'}</td>
    </>
  );
}

function Header({ wide }: { wide: boolean }) {
  const { t } = useTranslation();
  const columns: { name: string; className?: string }[] = [
    { name: t('games.columnGame') },
    ...(wide
      ? [{ name: t('games.columnSource') }, { name: t('games.columnSize'), className: 'text-right' }]
      : []),
    { name: t('games.columnChoice') },
  ];
  return (
    <thead className={wide ? 'sticky top-0 z-10 block h-10 border-b border-line bg-surface' : 'sr-only'}>
      <tr aria-rowindex={1} className={`h-full text-sm text-muted ${wide ? WIDE_ROW : NARROW_ROW}`}>
        {columns.map(({ name, className = 'text-left' }) => (
          <th key={name} scope="col" className={`truncate font-normal ${className}`}>
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
