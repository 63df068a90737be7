import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsLive } from '../api/agent-context.tsx';
import { useLockWallet, useWalletOverview } from '../api/wallet-queries.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { UnlockDialog } from './unlock-dialog.tsx';

/** The wallet's key on this computer: its state, and what can be done with it. */
export function WalletKeysCard() {
  const { t } = useTranslation();
  const isLive = useIsLive();
  const wallet = useWalletOverview().data?.wallet;
  const lock = useLockWallet();
  const [isUnlocking, setIsUnlocking] = useState(false);
  if (wallet === undefined) return null;
  return (
    <Card title={t('walletKeys.title')}>
      <p className="font-mono text-sm wrap-anywhere">{wallet.address}</p>
      <div className="mt-4 flex gap-3">
        {wallet.state === 'unlocked' && (
          <Button disabled={!isLive || lock.isPending} onClick={() => lock.mutate(undefined)}>
            {t('walletKeys.lock.now')}
          </Button>
        )}
        {wallet.state === 'locked' && (
          <Button variant="primary" disabled={!isLive} onClick={() => setIsUnlocking(true)}>
            {t('walletKeys.unlock.action')}
          </Button>
        )}
      </div>
      <UnlockDialog open={isUnlocking} onOpenChange={setIsUnlocking} onUnlocked={() => undefined} />
    </Card>
  );
}
