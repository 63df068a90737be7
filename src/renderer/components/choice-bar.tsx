import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';

/** A few choices side by side, one of them chosen. Named by `label`, or by the element `labelledBy`. */
export function ChoiceBar<Value extends string>({
  label,
  labelledBy,
  value,
  choices,
  onChange,
  disabled = false,
}: {
  label?: string;
  labelledBy?: string;
  value: Value;
  choices: readonly { readonly value: Value; readonly label: ReactNode }[];
  onChange: (value: Value) => void;
  disabled?: boolean;
}) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      aria-labelledby={labelledBy}
      disabled={disabled}
      value={value}
      onValueChange={(chosen) => {
        const choice = choices.find((candidate) => candidate.value === chosen);
        if (choice !== undefined) onChange(choice.value);
      }}
      className="flex w-fit flex-wrap gap-1 rounded-control border border-line bg-sunken p-1"
    >
      {choices.map((choice) => (
        <ToggleGroup.Item
          key={choice.value}
          value={choice.value}
          className="h-8 rounded-md px-3.5 font-semibold text-muted disabled:opacity-55 data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-[0_0_0_1px_var(--color-edge)]"
        >
          {choice.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
