import { type FormEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingsPatch } from '../../shared/settings.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { Button, IconButton } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { programProblem } from './program-pattern.ts';
import { SaveStateNote } from './save-state-note.tsx';

/** A list of programs with a field to add to it. */
export function ProgramList({
  field,
  programs,
  disabled,
}: {
  field: 'include' | 'exclude';
  programs: readonly string[];
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const { save, state } = useSaveSettings();
  const [draft, setDraft] = useState('');
  const [shown, setShown] = useState(false);
  const problem = shown ? programProblem(draft, programs) : undefined;
  const change = (list: string[]): SettingsPatch => ({ games: { [field]: list } });

  const add = (event: FormEvent) => {
    event.preventDefault();
    if (programProblem(draft, programs) !== undefined) {
      setShown(true);
      return;
    }
    save(change([...programs, draft.trim()]));
    setDraft('');
    setShown(false);
  };
  return (
    <div className="min-w-0 flex-1 basis-72">
      <div className="flex items-center justify-between gap-3">
        <h3 id={`${id}-title`} className="font-semibold">
          {t(`games.${field}`)}
        </h3>
        <SaveStateNote state={state} />
      </div>
      <p className="text-sm text-muted">{t(`games.${field}Help`)}</p>
      <form onSubmit={add} className="mt-2 flex gap-2">
        <input
          ref={input}
          className="field min-w-0 grow"
          aria-label={t(field === 'include' ? 'games.addInclude' : 'games.addExclude')}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          autoComplete="off"
          spellCheck={false}
          placeholder={t(`games.${field}Placeholder`)}
          disabled={disabled}
          value={draft}
          onChange={(event) => {
            setDraft(event.target.value);
            setShown(false);
          }}
        />
        <Button type="submit" disabled={disabled}>
          <Icon name="plus" className="size-4.5" />
          {t('games.add')}
        </Button>
      </form>
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm font-semibold text-ember">
          {t(`games.problem.${problem}`)}
        </p>
      )}
      {programs.length === 0 ? (
        <p className="mt-2 text-muted">{t(`games.${field}Empty`)}</p>
      ) : (
        <ul aria-labelledby={`${id}-title`} className="mt-2 max-h-72 overflow-y-auto">
          {programs.map((program) => (
            <li
              key={program}
              className="flex min-h-10 items-center justify-between gap-2 border-line not-first:border-t"
            >
              <span className="min-w-0 font-mono text-sm wrap-anywhere">{program}</span>
              <IconButton
                label={t('games.removeProgram', { program })}
                disabled={disabled}
                onClick={() => {
                  save(change(programs.filter((other) => other !== program)));
                  // The button goes with its row; the focus must not be lost.
                  input.current?.focus();
                }}
              >
                <Icon name="close" className="size-4.5" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
