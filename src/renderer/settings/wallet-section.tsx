import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../shared/settings.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { useWalletOverview } from '../api/wallet-queries.ts';
import { ChoiceBar } from '../components/choice-bar.tsx';
import { NumberSetting } from './number-setting.tsx';
import { SaveStateNote } from './save-state-note.tsx';
import { Section } from './section.tsx';
import { SwitchSetting } from './switch-setting.tsx';

const GATA_RANGE = { min: 0, max: 1_000_000_000, whole: false };

/** When the wallet locks itself, what claiming may cost, and claiming without being asked. */
export function WalletSection({
  wallet,
  currency,
  disabled,
}: {
  wallet: Settings['wallet'];
  currency: string;
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const symbol = useWalletOverview().data?.nativeSymbol ?? t('walletKeys.settings.anyCoin');
  return (
    <Section title={t('walletKeys.settings.title')} intro={t('walletKeys.settings.intro')}>
      <NumberSetting
        label={t('walletKeys.settings.autoLock')}
        help={t('walletKeys.settings.autoLockHelp')}
        unit={t('walletKeys.settings.minutes')}
        value={wallet.autoLockMinutes}
        range={{ min: 1, max: 1440, whole: true }}
        disabled={disabled}
        toPatch={(autoLockMinutes) => ({ wallet: { autoLockMinutes } })}
      />
      <NumberSetting
        label={t('walletKeys.settings.nativePrice', { symbol })}
        help={t('walletKeys.settings.nativePriceHelp', { symbol })}
        unit={currency}
        value={wallet.nativePrice}
        whenEmpty={{
          placeholder: t('walletKeys.settings.unknown'),
          patch: { wallet: { nativePrice: null } },
        }}
        range={GATA_RANGE}
        disabled={disabled}
        toPatch={(nativePrice) => ({ wallet: { nativePrice } })}
      />
      <NumberSetting
        label={t('walletKeys.settings.gasCeiling')}
        help={t('walletKeys.settings.gasCeilingHelp')}
        unit={t('walletKeys.settings.gwei')}
        value={wallet.gasPriceCeilingGwei}
        range={{ min: 0.001, max: 10_000, whole: false }}
        disabled={disabled}
        toPatch={(gasPriceCeilingGwei) => ({ wallet: { gasPriceCeilingGwei } })}
      />
      <NumberSetting
        label={t('walletKeys.settings.minimumClaim')}
        help={t('walletKeys.settings.minimumClaimHelp')}
        unit={t('walletKeys.settings.gata')}
        value={wallet.minimumClaim}
        range={GATA_RANGE}
        disabled={disabled}
        toPatch={(minimumClaim) => ({ wallet: { minimumClaim } })}
      />
      <SwitchSetting
        label={t('walletKeys.settings.relayClaims')}
        help={t('walletKeys.settings.relayClaimsHelp')}
        checked={wallet.relayClaims}
        disabled={disabled}
        toChange={(relayClaims) => ({ wallet: { relayClaims } })}
      />
      <AutoClaim wallet={wallet} disabled={disabled} />
    </Section>
  );
}

const AUTO_CLAIMS = ['off', 'claim', 'claim-and-stake'] as const;

function AutoClaim({ wallet, disabled }: { wallet: Settings['wallet']; disabled: boolean }) {
  const { t } = useTranslation();
  const id = useId();
  const { save, state } = useSaveSettings();
  const { autoClaim } = wallet;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-2">
        <div className="max-w-prose min-w-0 flex-1 basis-60">
          <span id={id} className="font-semibold">
            {t('walletKeys.settings.autoClaim')}
          </span>
          <p className="text-sm text-muted">{t(`walletKeys.settings.autoClaimHelp.${autoClaim}`)}</p>
        </div>
        <div className="flex flex-col items-end max-sm:items-start">
          <ChoiceBar
            labelledBy={id}
            disabled={disabled}
            value={autoClaim}
            choices={AUTO_CLAIMS.map((value) => ({
              value,
              label: t(`walletKeys.settings.autoClaimChoice.${value}`),
            }))}
            onChange={(wanted) => save({ wallet: { autoClaim: wanted } })}
          />
          <SaveStateNote state={state} />
        </div>
      </div>
      {autoClaim !== 'off' && (
        <>
          <NumberSetting
            label={t('walletKeys.settings.autoClaimAbove')}
            help={t('walletKeys.settings.autoClaimAboveHelp')}
            unit={t('walletKeys.settings.gata')}
            value={wallet.autoClaimAbove}
            range={GATA_RANGE}
            disabled={disabled}
            toPatch={(autoClaimAbove) => ({ wallet: { autoClaimAbove } })}
          />
          <NumberSetting
            label={t('walletKeys.settings.autoClaimFee')}
            help={t('walletKeys.settings.autoClaimFeeHelp')}
            unit={t('walletKeys.settings.percent')}
            value={wallet.autoClaimFeePercent}
            range={{ min: 0, max: 100, whole: false }}
            disabled={disabled}
            toPatch={(autoClaimFeePercent) => ({ wallet: { autoClaimFeePercent } })}
          />
        </>
      )}
    </>
  );
}
