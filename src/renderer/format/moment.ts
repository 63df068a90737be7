/** A time of day, with the date when it is not today: `14:02`, `3 Nov, 14:02`. */
export function formatMoment(iso: string, now: number, locale: string): string {
  const moment = new Date(iso);
  const sameDay = moment.toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(locale, {
    ...(sameDay ? {} : { day: 'numeric', month: 'short' }),
    hour: 'numeric',
    minute: '2-digit',
  }).format(moment);
}

/** Date and time to the second, for details. */
export function formatExactMoment(iso: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso));
}

/** A local day from its date (`2026-11-20`): `Fri 20 Nov`. */
export function formatDay(date: string, locale: string): string {
  // Without a time a date would be taken as UTC, the day before in half of the world.
  return new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short' }).format(
    new Date(`${date}T12:00`),
  );
}
