import { useTranslation } from 'react-i18next';
import { GataError } from '../../shared/gata-error.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { useWalletOverview } from '../api/wallet-queries.ts';
import { formatClock } from '../format/duration.ts';
import { useRetryWaitMs } from './use-retry-wait.ts';

/**
 * Why the wallet's password was not taken, or may not be tried now.
 * @param error of the last try, or null.
 */
export function usePasswordProblem(error: Error | null): {
  readonly problem: string | undefined;
  readonly mustWait: boolean;
} {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const waitMs = useRetryWaitMs(useWalletOverview().data?.wallet.retryAt ?? null);
  if (waitMs > 0)
    return { problem: t('walletKeys.password.wait', { time: formatClock(waitMs) }), mustWait: true };
  // The wait is over, and the sentence counts seconds from when it was made.
  const isOver = error instanceof GataError && error.code === 'rate-limited';
  return { problem: error === null || isOver ? undefined : errorText(error), mustWait: false };
}
