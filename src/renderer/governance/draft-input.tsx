import { useId } from 'react';
import type { DraftProblem } from './change-draft.ts';
import { useProblemText } from './use-problem-text.ts';

/** A field of a proposal, with what is wrong with it. */
export function DraftInput({
  label,
  note,
  value,
  problem,
  suggestions,
  onChange,
}: {
  label: string;
  note?: string;
  value: string;
  problem: DraftProblem | undefined;
  /** Given: the field takes any text and offers these. Else it takes a number. */
  suggestions?: readonly string[];
  onChange: (text: string) => void;
}) {
  const id = useId();
  const problemText = useProblemText();
  const isText = suggestions !== undefined;
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      <input
        id={id}
        className={`field mt-0.5 w-full ${isText ? 'font-mono text-sm' : 'tabular-nums'}`}
        inputMode={isText ? 'text' : 'decimal'}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        list={isText ? `${id}-list` : undefined}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChange(event.target.value)}
      />
      {isText && (
        <datalist id={`${id}-list`}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      <p
        id={`${id}-note`}
        role={problem === undefined ? undefined : 'alert'}
        className={`mt-0.5 text-sm ${problem === undefined ? 'text-muted' : 'font-semibold text-ember'}`}
      >
        {problem === undefined ? note : problemText(problem)}
      </p>
    </div>
  );
}
