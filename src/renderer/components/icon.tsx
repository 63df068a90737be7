const PATHS = {
  home: 'M3.5 9 10 3.5 16.5 9v7a.5.5 0 0 1-.5.5h-4V12H8v4.5H4a.5.5 0 0 1-.5-.5z',
  list: 'M7 5h10M7 10h10M7 15h10M3.2 5h.1M3.2 10h.1M3.2 15h.1',
  sliders: 'M3 6h8m4 0h2M3 14h2m4 0h8M13 4v4M7 12v4',
  pause: 'M7 4.5v11M13 4.5v11',
  play: 'M6.5 4.2v11.6L15.5 10z',
  chevronDown: 'm5.5 8 4.5 4.5L14.5 8',
  chevronRight: 'm8 5.5 4.5 4.5L8 14.5',
  arrowUp: 'M10 16V4.5m-4.5 5L10 4.5l4.5 5',
  close: 'm5 5 10 10M15 5 5 15',
  check: 'm4 10.5 4 4 8-9',
  shield: 'M10 2.8 16 5v4.6c0 3.7-2.5 6.4-6 7.6-3.5-1.2-6-3.9-6-7.6V5z',
  chip: 'M6 6h8v8H6zM8 3v3m4-3v3m-4 8v3m4-3v3M3 8h3m-3 4h3m8-4h3m-3 4h3',
  graphicsCard:
    'M2.5 4v12.5M2.5 6h15v7h-15M5.5 13v2.5h6V13M12.2 7.4a2.1 2.1 0 1 0 0 4.2 2.1 2.1 0 0 0 0-4.2zM5.2 8h2.5M5.2 11h2.5',
  bolt: 'M11 2.8 4.5 11.5H10l-1 5.7 6.5-8.7H10z',
  thermometer: 'M8 11.5V4.8a2 2 0 1 1 4 0v6.7a3.5 3.5 0 1 1-4 0zM10 8v6',
  battery: 'M2.5 6.5h12v7h-12zM17 9v2M5 9v2',
  arrowDown: 'M10 4v11.5m-4.5-5 4.5 5 4.5-5',
  network: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM3 10h14M10 3c4.2 4.2 4.2 9.8 0 14-4.2-4.2-4.2-9.8 0-14z',
  flask: 'M8 3h4M8.7 3v5L4.2 15.5A1 1 0 0 0 5 17h10a1 1 0 0 0 .8-1.5L11.3 8V3M6.2 12.5h7.6',
  warning: 'M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.2h.01',
  info: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 9.3v4M10 6.6h.01',
  trash: 'M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5m3-5v5',
  plus: 'M10 4.5v11M4.5 10h11',
  game: 'M6.5 5.5h7a4 4 0 0 1 3.9 3.2l.7 3.6a2.2 2.2 0 0 1-3.9 1.7L13 12.5H7L5.8 14a2.2 2.2 0 0 1-3.9-1.7l.7-3.6a4 4 0 0 1 3.9-3.2zM7 7.5v3M5.5 9h3M13 9h.01',
  person: 'M10 3.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4 16.5c.5-3 2.8-4.5 6-4.5s5.5 1.5 6 4.5',
  box: 'M10 2.8 16.5 6.2v7.6L10 17.2l-6.5-3.4V6.2zM3.5 6.2 10 9.6l6.5-3.4M10 9.6v7.6',
  rocket:
    'M8 12 5.5 9.5C7 6 10 3.5 16 4c.5 6-2 9-5.5 10.5zM8 8.5 4.5 8 3 10.5l2.5.5M11.5 12l.5 3.5L9.5 17 9 14.5M12.5 7.5h.01',
  clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4.2l2.8 1.7',
  share: 'M3 14.5h3l2-9 3 11 2-7 1.2 5H17',
  eyeOff:
    'M4 4l12 12M8.3 8.4a2.4 2.4 0 0 0 3.3 3.3M6.3 6.4C4.6 7.3 3.3 8.6 2.5 10c1.4 2.6 4.2 4.6 7.5 4.6 1.2 0 2.4-.3 3.5-.8M9 5.5c.3 0 .7-.1 1-.1 3.3 0 6.1 2 7.5 4.6-.4.8-1 1.6-1.7 2.3',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4',
  refresh: 'M16 10a6 6 0 1 1-1.8-4.3M16 3v3.5h-3.5',
  folder: 'M2.5 5h5l2 2.5h8v8.5h-15z',
  question: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM7.9 8.2a2.1 2.1 0 1 1 3 1.9c-.6.3-.9.7-.9 1.4M10 13.8h.01',
  record: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 7.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  wallet:
    'M3 6.5h12.5a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15V6.5l10-3v3M13.5 11.5h.01',
  ballot: 'M3 11v5.5h14V11M3 11l2-2m12 2-2-2M7 11h6M6 6.5 9.5 3 14 7.5 10.5 11z',
  lock: 'M5 9.5h10v7H5zM7 9.5V6.8a3 3 0 0 1 6 0v2.7M10 12.5v1.5',
  unplugged: 'M4 4l12 12M7 3v2.5M13 3v3M5.5 7v2a4.5 4.5 0 0 0 7 3.7M14.5 9.5V7H10M10 13.5V17',
} as const;

export type IconName = keyof typeof PATHS;

/** A 20-unit line icon in the text's colour; never the only carrier of a meaning. */
export function Icon({ name, className = 'size-5' }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 20 20"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
