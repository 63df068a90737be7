import { DropdownMenu } from 'radix-ui';
import type { ComponentProps, ReactNode } from 'react';
import { Icon } from './icon.tsx';

const ITEM =
  'flex min-h-9 items-center gap-2 rounded-md px-2.5 py-1.5 outline-none select-none data-highlighted:bg-jade-wash data-highlighted:text-jade';

/**
 * A menu at a button. Not modal: a modal one would lock scrolling with an inline style element, which the
 * page's content security policy forbids.
 */
export function Menu({
  trigger,
  open,
  onOpenChange,
  align = 'end',
  label,
  children,
}: {
  trigger: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: 'start' | 'end';
  label: string;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.Root
      modal={false}
      {...(open !== undefined && { open })}
      {...(onOpenChange !== undefined && { onOpenChange })}
    >
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={12}
          aria-label={label}
          className="z-30 min-w-52 rounded-card border border-line bg-raised p-1.5 shadow-pop"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem(props: Omit<ComponentProps<typeof DropdownMenu.Item>, 'className'>) {
  return <DropdownMenu.Item {...props} className={ITEM} />;
}

/** Parts what differs in kind. */
export function MenuLine() {
  return <DropdownMenu.Separator className="mx-2.5 my-1.5 border-t border-line" />;
}

/** One of a set of choices, the chosen one checked. */
export function MenuChoices<Value extends string>({
  value,
  choices,
  onChange,
}: {
  value: Value;
  choices: readonly { readonly value: Value; readonly label: string; readonly detail?: string }[];
  onChange: (value: Value) => void;
}) {
  return (
    <DropdownMenu.RadioGroup
      value={value}
      onValueChange={(chosen) => {
        const choice = choices.find((candidate) => candidate.value === chosen);
        if (choice !== undefined) onChange(choice.value);
      }}
    >
      {choices.map((choice) => (
        <DropdownMenu.RadioItem key={choice.value} value={choice.value} className={ITEM}>
          <span className="grow">
            {choice.label}
            {choice.detail !== undefined && (
              <span className="block max-w-60 text-sm text-muted">{choice.detail}</span>
            )}
          </span>
          <DropdownMenu.ItemIndicator>
            <Icon name="check" className="size-4" />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
