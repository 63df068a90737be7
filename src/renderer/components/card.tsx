import { type ReactNode, useId } from 'react';

/** A titled region of a screen. */
export function Card({
  title,
  action,
  children,
  className = '',
}: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const titleId = useId();
  return (
    <section aria-labelledby={titleId} className={`card flex flex-col p-5 ${className}`}>
      <div className="mb-3 flex min-h-8 items-center justify-between gap-3">
        <h2 id={titleId} className="text-sm font-semibold text-muted">
          {title}
        </h2>
        {action}
      </div>
      {children}
    </section>
  );
}
