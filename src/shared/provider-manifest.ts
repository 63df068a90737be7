import { z } from 'zod';
import { momentSchema, sequenceSchema, signaturesSchema } from './model-catalogue.ts';
import { providerLibrarySchema } from './provider-library.ts';

/**
 * The provider libraries that the network offers, for all platforms: one document of the signed catalogue, signed by
 * a key of the role `providers`. `docs/providers.md` has the prose.
 */
export const providerManifestSchema = z.strictObject({
  type: z.literal('provider-libraries'),
  version: z.literal(1),
  /** Higher than in every manifest before; a node refuses to go back. */
  sequence: sequenceSchema,
  issuedAt: momentSchema,
  libraries: z
    .array(providerLibrarySchema)
    .max(32)
    .refine(
      (libraries) => new Set(libraries.map(({ id }) => id)).size === libraries.length,
      'lists a library twice',
    ),
});
export type ProviderManifest = z.infer<typeof providerManifestSchema>;

/** `GET /v1/catalogue/provider-libraries`. */
export const signedProviderManifestSchema = z.strictObject({
  payload: providerManifestSchema,
  signatures: signaturesSchema,
});
export type SignedProviderManifest = z.infer<typeof signedProviderManifestSchema>;
