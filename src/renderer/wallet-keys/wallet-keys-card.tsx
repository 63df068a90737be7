import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WalletState } from '../../shared/wallet.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useWalletOverview } from '../api/wallet-queries.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { Icon } from '../components/icon.tsx';
import { ChangePasswordDialog } from './change-password-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { ForgetDialog } from './forget-dialog.tsx';
import { LockControl } from './lock-control.tsx';
import { PayoutAddressDialog } from './payout-address-dialog.tsx';
import { WalletFacts } from './wallet-facts.tsx';
import { WalletSetup } from './wallet-setup.tsx';

type Task = 'change-password' | 'export' | 'forget' | 'payout';

/** The wallet's key on this computer: its state, and what can be done with it. */
export function WalletKeysCard() {
  const wallet = useWalletOverview().data?.wallet;
  const [task, setTask] = useState<Task>();
  const [isSettingUp, setIsSettingUp] = useState(false);
  if (wallet === undefined) return null;
  const canSetUp = wallet.state === 'none' || wallet.state === 'watching' || wallet.state === 'damaged';
  // There is a key now, wherever it came from.
  if (!canSetUp && isSettingUp) setIsSettingUp(false);
  const dialog = (name: Task) => ({
    open: task === name,
    onOpenChange: (open: boolean) => setTask(open ? name : undefined),
  });
  return (
    <>
      {canSetUp && (isSettingUp || wallet.state === 'none') ? (
        <WalletSetup
          onDone={() => setIsSettingUp(false)}
          {...(wallet.state !== 'none' && { onCancel: () => setIsSettingUp(false) })}
        />
      ) : (
        <KeysCard wallet={wallet} onTask={setTask} onSetUp={() => setIsSettingUp(true)} />
      )}
      <ChangePasswordDialog {...dialog('change-password')} />
      <ExportDialog {...dialog('export')} />
      <ForgetDialog {...dialog('forget')} />
      <PayoutAddressDialog {...dialog('payout')} />
    </>
  );
}

const TONES = {
  none: 'plain',
  watching: 'sky',
  locked: 'plain',
  unlocked: 'jade',
  damaged: 'ember',
} as const;

function KeysCard({
  wallet,
  onTask,
  onSetUp,
}: {
  wallet: WalletState;
  onTask: (task: Task) => void;
  onSetUp: () => void;
}) {
  const { t } = useTranslation();
  const { state } = wallet;
  const disabled = !useIsLive();
  const hasKey = state === 'locked' || state === 'unlocked';
  return (
    <Card
      title={t('walletKeys.title')}
      action={<Badge tone={TONES[state]}>{t(`walletKeys.state.${state}`)}</Badge>}
    >
      {state === 'watching' && <p className="mb-4 max-w-prose">{t('walletKeys.watching')}</p>}
      {state === 'damaged' && <Damaged problem={wallet.problem} />}
      <WalletFacts wallet={wallet} />
      <div className="mt-5 flex flex-wrap gap-2 border-t border-line pt-4">
        <LockControl />
        {!hasKey && (
          <Button
            variant={state === 'damaged' ? 'primary' : 'secondary'}
            disabled={disabled}
            onClick={onSetUp}
          >
            {t(state === 'damaged' ? 'walletKeys.damaged.action' : 'walletKeys.addKey')}
          </Button>
        )}
        {hasKey && (
          <Button disabled={disabled} onClick={() => onTask('export')}>
            {t('walletKeys.export.open')}
          </Button>
        )}
        {hasKey && (
          <Button disabled={disabled} onClick={() => onTask('change-password')}>
            {t('walletKeys.change.open')}
          </Button>
        )}
        <Button disabled={disabled} onClick={() => onTask('payout')}>
          {t('walletKeys.payout.open')}
        </Button>
        {hasKey && (
          <Button variant="quiet" className="sm:ml-auto" disabled={disabled} onClick={() => onTask('forget')}>
            {t('walletKeys.forget.open')}
          </Button>
        )}
      </div>
    </Card>
  );
}

function Damaged({ problem }: { problem: string | null }) {
  const { t } = useTranslation();
  return (
    <div role="alert" className="mb-4 flex gap-2.5 rounded-control bg-ember-wash px-3 py-2.5">
      <Icon name="warning" className="mt-0.5 size-5 text-ember" />
      <div className="max-w-prose">
        <p className="font-semibold wrap-anywhere">{problem ?? t('walletKeys.damaged.title')}</p>
        <p className="mt-1 text-muted">{t('walletKeys.damaged.help')}</p>
      </div>
    </div>
  );
}
