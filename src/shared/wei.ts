import { z } from 'zod';

/** An amount of GATA in wei (10⁻¹⁸ GATA) as a decimal string, which JSON carries without loss. */
export const weiSchema = z.string().regex(/^(0|[1-9]\d{0,77})$/);
