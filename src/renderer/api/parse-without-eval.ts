import { z } from 'zod';

// Must be loaded before any schema: zod otherwise tries `new Function`, which the page's content security
// policy reports as a violation.
z.config({ jitless: true });
