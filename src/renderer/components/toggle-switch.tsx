import { Switch } from 'radix-ui';
import type { ComponentProps } from 'react';

/** On or off. `danger`: on is what the user should think twice about. */
export function ToggleSwitch({
  danger = false,
  ...props
}: Omit<ComponentProps<typeof Switch.Root>, 'className' | 'children'> & { danger?: boolean }) {
  const on = danger
    ? 'data-[state=checked]:border-ember data-[state=checked]:bg-ember'
    : 'data-[state=checked]:border-jade data-[state=checked]:bg-jade';
  const thumb = danger ? 'data-[state=checked]:bg-on-ember' : 'data-[state=checked]:bg-on-jade';
  return (
    <Switch.Root
      {...props}
      className={`relative h-6.5 w-12 shrink-0 rounded-full border border-edge bg-sunken disabled:opacity-55 ${on}`}
    >
      <Switch.Thumb
        className={`block size-5 translate-x-0.5 rounded-full bg-ink data-[state=checked]:translate-x-6 ${thumb}`}
      />
    </Switch.Root>
  );
}
