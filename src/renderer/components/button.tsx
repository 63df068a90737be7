import type { ComponentProps } from 'react';

type Variant = 'primary' | 'secondary' | 'quiet' | 'danger';

const VARIANTS: Record<Variant, string> = {
  primary: 'bg-jade text-on-jade hover:brightness-110',
  secondary: 'border border-edge bg-raised text-ink hover:bg-sunken',
  quiet: 'text-ink hover:bg-sunken',
  danger: 'bg-ember text-on-ember hover:brightness-110',
};

export function Button({
  variant = 'secondary',
  compact = false,
  className = '',
  ...props
}: ComponentProps<'button'> & { variant?: Variant; compact?: boolean }) {
  const size = compact ? 'h-8 px-2.5 text-sm gap-1.5' : 'h-10 px-4 gap-2';
  return (
    <button
      type="button"
      {...props}
      className={`inline-flex shrink-0 items-center justify-center rounded-control font-semibold whitespace-nowrap disabled:cursor-not-allowed disabled:opacity-55 ${size} ${VARIANTS[variant]} ${className}`}
    />
  );
}

/** A square button that shows an icon alone; `label` is its name. */
export function IconButton({
  label,
  className = '',
  ...props
}: ComponentProps<'button'> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...props}
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-control text-muted hover:bg-sunken hover:text-ink disabled:cursor-not-allowed disabled:opacity-55 ${className}`}
    />
  );
}
