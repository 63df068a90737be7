import { type ReactNode, useId } from 'react';

export function Section({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} className="card p-5 sm:p-6">
      <h2 id={titleId} className="text-lg font-bold tracking-tight">
        {title}
      </h2>
      {intro !== undefined && <p className="mt-0.5 max-w-prose text-muted">{intro}</p>}
      <div className="mt-5 flex flex-col gap-6">{children}</div>
    </section>
  );
}

/** A setting in one line: what it is on the left, its control on the right; stacked on narrow screens. */
export function SettingRow({
  label,
  labelFor,
  help,
  helpId,
  note,
  children,
}: {
  label: string;
  labelFor: string;
  help?: ReactNode;
  helpId?: string;
  note: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-2">
      <div className="max-w-prose min-w-0 flex-1 basis-60">
        <label htmlFor={labelFor} className="font-semibold">
          {label}
        </label>
        {help !== undefined && (
          <p id={helpId} className="text-sm text-muted">
            {help}
          </p>
        )}
      </div>
      <div className="flex flex-col items-end max-sm:items-start">
        {children}
        {note}
      </div>
    </div>
  );
}
