import type { z } from 'zod';
import { type SealedBox, seal } from './sealed-box.ts';
import type { SIGNER_SECRETS, SignerPurpose } from './signer-protocol.ts';

/** Seals what only the signer may read. @param boxKey the signer's, from `POST /v1/wallet/key`. */
export function sealSignerSecret<Purpose extends SignerPurpose>(
  purpose: Purpose,
  secret: z.infer<(typeof SIGNER_SECRETS)[Purpose]>,
  boxKey: string,
): Promise<SealedBox> {
  return seal(new TextEncoder().encode(JSON.stringify(secret)), boxKey, purpose);
}
