import { useEffect, useId, useRef, useState } from 'react';

/** Long enough for the next step of a key that is held down, short enough to feel immediate. */
const SETTLE_MS = 400;

/** A whole number on a slider. It is told once it rests, not at every step on the way. */
export function SliderSetting({
  label,
  help,
  value,
  range,
  format,
  disabled,
  onChange,
}: {
  label: string;
  help?: string;
  value: number;
  range: readonly [number, number];
  format: (value: number) => string;
  disabled: boolean;
  onChange: (value: number) => void;
}) {
  const id = useId();
  const [draft, setDraft] = useState<number>();
  const commit = useRef(onChange);
  useEffect(() => {
    commit.current = onChange;
  });
  useEffect(() => {
    if (draft === undefined) return;
    const timer = setTimeout(() => {
      setDraft(undefined);
      if (draft !== value) commit.current(draft);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [draft, value]);
  const shown = draft ?? value;
  return (
    <div>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <label htmlFor={id} className="font-semibold">
          {label}
        </label>
        <output htmlFor={id} className="font-semibold tabular-nums">
          {format(shown)}
        </output>
      </div>
      {help !== undefined && (
        <p id={`${id}-help`} className="text-sm text-muted">
          {help}
        </p>
      )}
      <input
        id={id}
        type="range"
        min={range[0]}
        max={range[1]}
        step={1}
        value={shown}
        disabled={disabled}
        aria-valuetext={format(shown)}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => setDraft(event.target.valueAsNumber)}
        className="mt-1.5 h-6 w-full cursor-pointer accent-jade disabled:cursor-not-allowed disabled:opacity-55"
      />
    </div>
  );
}
