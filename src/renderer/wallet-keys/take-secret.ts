import type { RefObject } from 'react';

/** What was typed, which then is in the page no more. */
export function takeSecret(field: RefObject<HTMLInputElement | HTMLTextAreaElement | null>): string {
  const value = field.current?.value ?? '';
  if (field.current !== null) field.current.value = '';
  return value;
}
