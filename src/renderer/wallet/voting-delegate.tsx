import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chainAddressSchema } from '../../shared/network-profile.ts';
import type { StakingView } from '../../shared/wallet-overview.ts';
import type { WalletAction } from '../../shared/wallet-transactions.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { shortAddress } from './short-address.ts';

/** Who votes with the stake. */
export function VotingDelegate({
  account,
  staking: { delegate, stakedWei },
  onAct,
}: {
  account: string;
  staking: StakingView;
  onAct: (action: WalletAction) => void;
}) {
  const { t } = useTranslation();
  const live = useIsLive();
  const [isChanging, setChanging] = useState(false);
  const isOwn = delegate?.toLowerCase() === account.toLowerCase();
  const isIdle = delegate === null && stakedWei !== '0';
  const delegateTo = (to: string) => {
    setChanging(false);
    onAct({ kind: 'delegate', to });
  };
  return (
    <section aria-label={t('wallet.delegate.title')} className="mt-3">
      <div
        className={`flex flex-wrap items-center gap-x-3 gap-y-2 ${isIdle ? 'rounded-control bg-amber-wash px-3.5 py-2.5' : ''}`}
      >
        {isIdle && <Icon name="info" className="size-4.5 text-amber" />}
        <p className="min-w-0 grow basis-48" title={delegate ?? undefined}>
          {delegate === null
            ? t('wallet.delegate.nobody')
            : isOwn
              ? t('wallet.delegate.you')
              : t('wallet.delegate.other', { address: shortAddress(delegate) })}
        </p>
        {!isOwn && (
          <Button compact disabled={!live} onClick={() => delegateTo(account)}>
            {t('wallet.delegate.toSelf')}
          </Button>
        )}
        <Button compact variant="quiet" aria-expanded={isChanging} onClick={() => setChanging(!isChanging)}>
          {t('wallet.delegate.change')}
        </Button>
      </div>
      {isChanging && <DelegateForm onSubmit={delegateTo} />}
    </section>
  );
}

function DelegateForm({ onSubmit }: { onSubmit: (to: string) => void }) {
  const { t } = useTranslation();
  const live = useIsLive();
  const id = useId();
  const [text, setText] = useState('');
  const address = chainAddressSchema.safeParse(text.trim());
  const isWrong = text.trim() !== '' && !address.success;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (address.success) onSubmit(address.data);
  };
  return (
    <form className="mt-2 flex flex-wrap items-end gap-x-3 gap-y-1" onSubmit={submit}>
      <div className="min-w-0 grow basis-64">
        <label htmlFor={id} className="text-sm text-muted">
          {t('wallet.delegate.address')}
        </label>
        <input
          id={id}
          className="field w-full font-mono text-sm"
          spellCheck={false}
          autoComplete="off"
          placeholder="0x…"
          value={text}
          aria-invalid={isWrong}
          aria-describedby={`${id}-problem`}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Button type="submit" disabled={!live || !address.success}>
        {t('wallet.delegate.submit')}
      </Button>
      <p
        id={`${id}-problem`}
        role={isWrong ? 'alert' : undefined}
        className={`basis-full text-sm ${isWrong ? 'text-ember' : 'text-muted'}`}
      >
        {t(isWrong ? 'wallet.delegate.problem' : 'wallet.delegate.help')}
      </p>
    </form>
  );
}
