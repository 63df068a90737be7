import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsLive } from '../api/agent-context.tsx';
import { useErrorText } from '../api/use-error-text.ts';
import { useLockWallet, useWalletOverview } from '../api/wallet-queries.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { Problem } from './problem.tsx';
import { UnlockDialog } from './unlock-dialog.tsx';

/** Unlocks the wallet, or locks it at once; nothing where there is no key. */
export function LockControl() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const isLive = useIsLive();
  const state = useWalletOverview().data?.wallet.state;
  const lock = useLockWallet();
  const [isUnlocking, setIsUnlocking] = useState(false);
  if (state !== 'locked' && state !== 'unlocked') return null;
  const isLocked = state === 'locked';
  return (
    <>
      <Button
        variant={isLocked ? 'primary' : 'secondary'}
        disabled={!isLive || lock.isPending}
        onClick={() => (isLocked ? setIsUnlocking(true) : lock.mutate(undefined))}
      >
        <Icon name="lock" className="size-4.5" />
        {t(isLocked ? 'walletKeys.unlock.action' : 'walletKeys.lock.now')}
      </Button>
      <Problem
        text={
          lock.error === null ? undefined : t('walletKeys.lock.failed', { message: errorText(lock.error) })
        }
      />
      <UnlockDialog open={isUnlocking} onOpenChange={setIsUnlocking} onUnlocked={() => undefined} />
    </>
  );
}
