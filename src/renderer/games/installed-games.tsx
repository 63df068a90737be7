import { useDeferredValue, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GameChoice } from '../../shared/game-choice.ts';
import type { GamesPage } from '../../shared/local-api.ts';
import { Button } from '../components/button.tsx';
import { FilterMenu } from '../components/filter-menu.tsx';
import { Icon } from '../components/icon.tsx';
import { EmptyState } from '../components/message.tsx';
import { formatCount } from '../format/amount.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { GAME_CHOICES } from './game-choices.ts';
import { GameList } from './game-list.tsx';
import { filterRows, type GameFilter, type GameSource, gameRows, sourcesOf } from './game-rows.ts';

const NO_FILTER: GameFilter = { text: '' };

/** All installed games, and the programs that the user has answered for, to be searched. */
export function InstalledGames({
  installed,
  choices,
  scanning,
  disabled,
  onChoose,
}: {
  installed: GamesPage['installed'];
  choices: Readonly<Record<string, GameChoice>>;
  scanning: boolean;
  disabled: boolean;
  onChoose: (key: string, choice: GameChoice | null) => void;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const titleId = useId();
  const [filter, setFilter] = useState<GameFilter>(NO_FILTER);
  // Typing stays fluid however long the list is.
  const applied = useDeferredValue(filter);
  const rows = useMemo(() => gameRows(installed, choices, locale), [installed, choices, locale]);
  const shown = useMemo(() => filterRows(rows, applied), [rows, applied]);
  return (
    <section
      aria-labelledby={titleId}
      className={`card flex shrink-0 flex-col overflow-hidden ${rows.length === 0 ? 'min-h-72' : 'h-[max(24rem,min(36rem,65dvh))]'}`}
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <h2 id={titleId} className="text-sm font-semibold text-muted">
          {t('games.installed')}
        </h2>
        <p role="status" className="text-sm text-muted tabular-nums">
          {scanning
            ? t('games.scanningStores')
            : shown.length === rows.length
              ? t('games.count', { count: rows.length, amount: formatCount(rows.length, locale) })
              : t('games.countOf', {
                  shown: formatCount(shown.length, locale),
                  all: formatCount(rows.length, locale),
                })}
        </p>
        {rows.length > 0 && <Filters rows={rows} filter={filter} onChange={setFilter} />}
      </div>
      {shown.length > 0 ? (
        <GameList rows={shown} disabled={disabled} onChoose={onChoose} />
      ) : (
        <div className="flex min-h-0 grow flex-col border-t border-line">
          {rows.length > 0 ? (
            <EmptyState
              icon="search"
              title={t('games.noMatch')}
              action={<Button onClick={() => setFilter(NO_FILTER)}>{t('games.clearFilter')}</Button>}
            />
          ) : scanning ? (
            <EmptyState icon="search" title={t('games.scanningStores')} detail={t('games.scanningDetail')} />
          ) : (
            <EmptyState
              icon="game"
              title={t('games.noneInstalled')}
              detail={t('games.noneInstalledDetail')}
            />
          )}
        </div>
      )}
    </section>
  );
}

function Filters({
  rows,
  filter,
  onChange,
}: {
  rows: ReturnType<typeof gameRows>;
  filter: GameFilter;
  onChange: (filter: GameFilter) => void;
}) {
  const { t } = useTranslation();
  const sources = useMemo(() => sourcesOf(rows), [rows]);
  return (
    <div className="flex min-w-0 grow flex-wrap items-center justify-end gap-2 max-sm:justify-start">
      <FilterMenu<GameSource>
        name={t('games.columnSource')}
        value={filter.source}
        choices={sources.map((value) => ({ value, label: t(`gameSource.${value}`) }))}
        onChange={(source) => onChange({ ...filter, source })}
      />
      <FilterMenu<GameChoice>
        name={t('games.columnChoice')}
        value={filter.choice}
        choices={GAME_CHOICES.map((value) => ({ value, label: t(`gameChoice.${value}.name`) }))}
        onChange={(choice) => onChange({ ...filter, choice })}
      />
      <span className="relative max-sm:w-full">
        <Icon name="search" className="absolute top-2 left-2.5 size-4 text-muted" />
        <input
          type="search"
          className="field h-8 w-56 pl-8 text-sm max-sm:w-full"
          aria-label={t('games.search')}
          placeholder={t('games.search')}
          autoComplete="off"
          spellCheck={false}
          value={filter.text}
          onChange={(event) => onChange({ ...filter, text: event.target.value })}
        />
      </span>
    </div>
  );
}
