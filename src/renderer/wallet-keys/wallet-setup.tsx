import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWalletOverview } from '../api/wallet-queries.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Icon, type IconName } from '../components/icon.tsx';
import { CreateWallet } from './create-wallet.tsx';
import { ImportWallet } from './import-wallet.tsx';
import { PayoutAddressForm } from './payout-address-form.tsx';
import { UnfinishedWallet } from './unfinished-wallet.ts';

type Way = 'payout' | 'create' | 'import';

const ICONS: Record<Way, IconName> = { payout: 'wallet', create: 'plus', import: 'arrowDown' };

/**
 * A wallet's beginning. Whoever has a payout address is offered a key besides; whoever has a damaged wallet file, to
 * bring the wallet back.
 */
export function WalletSetup({ onDone, onCancel }: { onDone?: () => void; onCancel?: () => void }) {
  const { t } = useTranslation();
  const titleId = useId();
  const state = useWalletOverview().data?.wallet.state ?? 'none';
  const situation = state === 'damaged' || state === 'watching' ? state : 'none';
  const ways: readonly Way[] =
    situation === 'none'
      ? ['payout', 'create', 'import']
      : situation === 'watching'
        ? ['create', 'import']
        : ['import', 'create'];
  const [way, setWay] = useState<Way>();
  const done = () => onDone?.();
  return (
    <section aria-labelledby={titleId} className="card p-5 sm:p-6">
      <div className="flex items-start justify-between gap-3">
        <h2 id={titleId} className="text-lg font-bold tracking-tight text-balance">
          {t(way === undefined ? `walletKeys.setup.title.${situation}` : `walletKeys.setup.heading.${way}`)}
        </h2>
        {(way !== undefined || onCancel !== undefined) && (
          <Button
            compact
            variant="quiet"
            className="-mt-0.5 -mr-1"
            onClick={() => (way === undefined ? onCancel?.() : setWay(undefined))}
          >
            {t(way === undefined ? 'action.cancel' : 'walletKeys.setup.otherWay')}
          </Button>
        )}
      </div>
      {way === undefined ? (
        <>
          <p className="mt-0.5 mb-4 max-w-prose text-muted">{t(`walletKeys.setup.intro.${situation}`)}</p>
          <LeftUnfinished />
          <ul className={`grid gap-3 ${ways.length === 3 ? 'md:grid-cols-3' : 'md:grid-cols-2'}`}>
            {ways.map((each) => (
              <li key={each} className="flex">
                <WayButton way={each} onClick={() => setWay(each)} />
              </li>
            ))}
          </ul>
        </>
      ) : (
        <Way key={way} way={way} onDone={done} />
      )}
    </section>
  );
}

function WayButton({ way, onClick }: { way: Way; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      onClick={onClick}
      className={`group flex w-full flex-col items-start gap-1 rounded-card border bg-raised p-4 text-left hover:border-jade ${way === 'payout' ? 'border-jade' : 'border-line'}`}
    >
      <span className="mb-2 flex w-full items-center justify-between">
        <span className="rounded-control bg-jade-wash p-2 text-jade">
          <Icon name={ICONS[way]} />
        </span>
        {way === 'payout' && <Badge tone="jade">{t('walletKeys.setup.enough')}</Badge>}
      </span>
      <span className="font-bold group-hover:text-jade">{t(`walletKeys.setup.way.${way}`)}</span>
      <span className="text-sm text-muted">{t(`walletKeys.setup.wayDetail.${way}`)}</span>
    </button>
  );
}

function Way({ way, onDone }: { way: Way; onDone: () => void }) {
  const { t } = useTranslation();
  const start = useRef<HTMLDivElement>(null);
  // The button that was pressed is gone.
  useEffect(() => start.current?.focus(), []);
  return (
    <div ref={start} tabIndex={-1} className="outline-none">
      <p className="mt-0.5 mb-5 max-w-prose text-muted">{t(`walletKeys.setup.wayIntro.${way}`)}</p>
      {way === 'payout' && <PayoutAddressForm onSaved={onDone} />}
      {way === 'create' && <CreateWallet onDone={onDone} />}
      {way === 'import' && <ImportWallet onDone={onDone} />}
    </div>
  );
}

/** Whoever left while the words were shown. */
function LeftUnfinished() {
  const { t } = useTranslation();
  const [isShown, setIsShown] = useState(() => new UnfinishedWallet(sessionStorage).isThere);
  if (!isShown) return null;
  return (
    <div role="status" className="mb-4 flex items-start gap-2 rounded-control bg-amber-wash px-3 py-2">
      <Icon name="info" className="mt-0.5 size-5 text-amber" />
      <p className="grow">{t('walletKeys.setup.left')}</p>
      <Button
        compact
        onClick={() => {
          new UnfinishedWallet(sessionStorage).end();
          setIsShown(false);
        }}
      >
        {t('walletKeys.setup.understood')}
      </Button>
    </div>
  );
}
