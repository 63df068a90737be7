import { type FormEvent, useId, useRef, useState } from 'react';
import type { SaveState } from '../api/use-save-settings.ts';
import { Button, IconButton } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { SaveStateNote } from './save-state-note.tsx';

export interface EntryListTexts {
  readonly title: string;
  readonly help: string;
  /** What the field is called. */
  readonly field: string;
  readonly placeholder: string;
  readonly add: string;
  readonly empty: string;
  readonly remove: (entry: string) => string;
}

/** A list of programs or folders with a field to add to it. */
export function EntryList({
  texts,
  entries,
  disabled,
  state,
  problemOf,
  onChange,
}: {
  texts: EntryListTexts;
  entries: readonly string[];
  disabled: boolean;
  state: SaveState;
  /** Why an entry cannot join the list, in words; undefined when it can. */
  problemOf: (entry: string) => string | undefined;
  /** A function, so that two changes in a row both count. */
  onChange: (change: (entries: readonly string[]) => string[]) => void;
}) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState('');
  const [shown, setShown] = useState(false);
  const problem = shown ? problemOf(draft) : undefined;

  const add = (event: FormEvent) => {
    event.preventDefault();
    if (problemOf(draft) !== undefined) {
      setShown(true);
      return;
    }
    onChange((current) => [...current, draft.trim()]);
    setDraft('');
    setShown(false);
  };
  return (
    <div className="min-w-0 flex-1 basis-72">
      <div className="flex items-center justify-between gap-3">
        <h3 id={`${id}-title`} className="font-semibold">
          {texts.title}
        </h3>
        <SaveStateNote state={state} />
      </div>
      <p className="text-sm text-muted">{texts.help}</p>
      <form onSubmit={add} className="mt-2 flex gap-2">
        <input
          ref={input}
          className="field min-w-0 grow"
          aria-label={texts.field}
          aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : `${id}-problem`}
          autoComplete="off"
          spellCheck={false}
          placeholder={texts.placeholder}
          disabled={disabled}
          value={draft}
          onChange={(event) => {
            setDraft(event.target.value);
            setShown(false);
          }}
        />
        <Button type="submit" disabled={disabled}>
          <Icon name="plus" className="size-4.5" />
          {texts.add}
        </Button>
      </form>
      {problem !== undefined && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-sm font-semibold text-ember">
          {problem}
        </p>
      )}
      {entries.length === 0 ? (
        <p className="mt-2 text-muted">{texts.empty}</p>
      ) : (
        <ul aria-labelledby={`${id}-title`} className="mt-2 max-h-72 overflow-y-auto">
          {entries.map((entry) => (
            <li
              key={entry}
              className="flex min-h-10 items-center justify-between gap-2 border-line not-first:border-t"
            >
              <span className="min-w-0 font-mono text-sm wrap-anywhere">{entry}</span>
              <IconButton
                label={texts.remove(entry)}
                disabled={disabled}
                onClick={() => {
                  onChange((current) => current.filter((other) => other !== entry));
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
