import { z } from 'zod';
import { errorBodySchema } from '../../../shared/error-codes.ts';

/** The response schemas of a route that answers 200 with `body`. */
export function answers<Body extends z.ZodType>(body: Body) {
  return { 200: body, '4xx': errorBodySchema, '5xx': errorBodySchema };
}

/** The response schemas of a route that answers 204 with nothing. */
export function answersNothing() {
  return { 204: z.null().describe('Done'), '4xx': errorBodySchema, '5xx': errorBodySchema };
}
