/** A still placeholder of the size of what is being loaded. */
export function Skeleton({ className = '' }: { className?: string }) {
  return <div aria-hidden="true" className={`rounded-control bg-sunken ${className}`} />;
}
