import { z } from 'zod';

/** A field of OpenAI's API of which one value is supported; any other is refused in words, not ignored. */
export function only<const Value extends string | number | boolean>(value: Value) {
  return z.literal(value, { error: `only ${JSON.stringify(value)} is supported` }).nullish();
}

/** A field of OpenAI's API that must be absent, null or empty here. */
export function unsupported() {
  return z
    .unknown()
    .optional()
    .refine((value) => value === undefined || value === null || isEmpty(value), {
      error: 'is not supported',
    });
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
