import type { z } from 'zod';
import { sealSignerSecret } from '../../shared/seal-signer-secret.ts';
import type { SealedBox } from '../../shared/sealed-box.ts';
import type { SIGNER_SECRETS, SignerPurpose } from '../../shared/signer-protocol.ts';
import type { ApiClient } from '../api/api-client.ts';
import { useReadableApi } from '../api/use-readable-api.ts';
import { useWalletMutation } from '../api/wallet-queries.ts';

/**
 * Seals a secret for the signer and sends the box. The query cache remembers what a mutation was called with for some
 * minutes: here that is the box, never the secret.
 */
export function useSealedMutation<Purpose extends SignerPurpose, Answer>(
  purpose: Purpose,
  send: (api: ApiClient, box: SealedBox) => Promise<Answer>,
) {
  const { api } = useReadableApi();
  const mutation = useWalletMutation(async (box: Promise<SealedBox>) => send(api(), await box));
  const seal = async (secret: z.infer<(typeof SIGNER_SECRETS)[Purpose]>) =>
    sealSignerSecret(purpose, secret, (await api().walletKey()).boxKey);
  return {
    error: mutation.error,
    isPending: mutation.isPending,
    reset: mutation.reset,
    run: (
      secret: z.infer<(typeof SIGNER_SECRETS)[Purpose]>,
      then: { onSuccess?: (answer: Answer) => void; onError?: (error: Error) => void } = {},
    ) =>
      mutation.mutate(seal(secret), {
        onSuccess: (answer) => then.onSuccess?.(answer),
        onError: (error) => then.onError?.(error),
      }),
  };
}
