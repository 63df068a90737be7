import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { WalletState } from '../../shared/wallet.ts';
import { useSettings } from '../api/queries.ts';
import { Badge } from '../components/badge.tsx';
import { Icon } from '../components/icon.tsx';
import { routeHref } from '../route.ts';
import { CopyButton } from '../wallet/copy-button.tsx';
import { LockCountdown } from './lock-countdown.tsx';

/** What there is to know of the wallet's key. */
export function WalletFacts({ wallet }: { wallet: WalletState }) {
  const { t } = useTranslation();
  const { address, payoutAddress, network, signer, state } = wallet;
  const paysElsewhere = payoutAddress !== null && payoutAddress !== address;
  const hasKey = state === 'locked' || state === 'unlocked';
  return (
    <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-[9rem_minmax(0,1fr)] sm:items-baseline">
      {address !== null && state !== 'watching' && (
        <Fact name={t('walletKeys.fact.address')}>
          <Address address={address} label={t('walletKeys.copyAddress')} />
        </Fact>
      )}
      {(paysElsewhere || state === 'watching') && payoutAddress !== null && (
        <Fact name={t('walletKeys.fact.payout')}>
          <Address address={payoutAddress} label={t('walletKeys.copyPayout')} />
          {paysElsewhere && hasKey && (
            <p className="mt-1 text-sm text-amber">{t('walletKeys.paysElsewhere')}</p>
          )}
        </Fact>
      )}
      <Fact name={t('walletKeys.fact.network')}>
        {network === null ? (
          <span className="text-muted">{t('walletKeys.noNetwork')}</span>
        ) : (
          <span className="flex flex-wrap items-center gap-x-2">
            {network.name}
            {network.test && <Badge tone="amber">{t('walletKeys.testNetwork')}</Badge>}
            <span className="text-sm text-muted">
              {t('walletKeys.chainId', { chainId: network.chainId })}
            </span>
          </span>
        )}
      </Fact>
      {hasKey && (
        <Fact name={t('walletKeys.fact.lock')}>
          <LockFact autoLockAt={wallet.autoLockAt} />
        </Fact>
      )}
      {hasKey && (
        <Fact name={t('walletKeys.fact.signer')}>
          <Signer signer={signer} />
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted max-sm:-mb-2.5 max-sm:text-sm">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function Address({ address, label }: { address: string; label: string }) {
  const { t } = useTranslation();
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="font-mono text-sm wrap-anywhere">{address}</span>
      <CopyButton text={address} label={label}>
        {t('walletKeys.copy')}
      </CopyButton>
    </span>
  );
}

function LockFact({ autoLockAt }: { autoLockAt: string | null }) {
  const { t } = useTranslation();
  const minutes = useSettings().data?.wallet.autoLockMinutes;
  return (
    <>
      {autoLockAt === null ? t('walletKeys.lock.locked') : <LockCountdown autoLockAt={autoLockAt} />}
      {minutes !== undefined && (
        <span className="block text-sm text-muted">
          {t('walletKeys.lock.rule', { count: minutes })}{' '}
          <a href={routeHref({ screen: 'settings' })} className="font-semibold text-jade underline">
            {t('walletKeys.lock.change')}
          </a>
        </span>
      )}
    </>
  );
}

function Signer({ signer }: Pick<WalletState, 'signer'>) {
  const { t } = useTranslation();
  if (signer === null) return <span className="text-muted">{t('walletKeys.signer.off')}</span>;
  return (
    <span className="flex gap-2">
      <Icon
        name={signer.isolated ? 'shield' : 'warning'}
        className={`mt-0.5 size-5 ${signer.isolated ? 'text-jade' : 'text-ember'}`}
      />
      <span className="wrap-anywhere">
        <strong className="font-semibold">
          {t(signer.isolated ? 'walletKeys.signer.isolated' : 'walletKeys.signer.open')}
        </strong>{' '}
        <span className="block text-sm text-muted">{signer.detail}</span>
      </span>
    </span>
  );
}
