import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GpuDevice } from '../../shared/gpu.ts';
import type { GpuTargets } from '../../shared/gpu-preferences.ts';
import type { Enforcement, GpusPage, GpuView } from '../../shared/local-api.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useInstallGpuHelper, useRemoveGpuHelper } from '../api/gpu-queries.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { Badge } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { Icon } from '../components/icon.tsx';
import { formatCelsius, formatWatts } from '../format/quantity.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { powerOfShare } from './card-preferences.ts';

const TONES = { hardware: 'jade', pacing: 'sky', none: 'plain' } as const;

/** How what the user wants is met, by whose rights, and the helper that lets the card itself do it. */
export const HelperCard = memo(function HelperCard({
  authority,
  authorityDetail,
  helper,
  enforcement,
  targets,
  device,
  knowsTemperature,
  problem,
}: {
  authority: GpusPage['authority'];
  authorityDetail: string;
  helper: GpusPage['helper'];
  enforcement: GpuView['enforcement'];
  targets: GpuTargets;
  device: GpuDevice;
  knowsTemperature: boolean;
  problem: string | null;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const watts = powerOfShare(targets.powerPercent, device.powerLimitRange);
  return (
    <Card title={t('gpu.how.title')}>
      <dl className="flex flex-col gap-3">
        <Wish
          label={t('gpu.how.temperature', { value: formatCelsius(targets.targetTemperatureC, locale) })}
          by={enforcement.temperature}
          detail={t(
            enforcement.temperature === 'none' && !knowsTemperature
              ? 'gpu.how.noSensor'
              : `gpu.how.${enforcement.temperature}`,
          )}
        />
        <Wish
          label={
            watts === null
              ? t('gpu.how.powerUnknown')
              : t('gpu.how.power', { value: formatWatts(watts, locale) })
          }
          by={enforcement.power}
          detail={t(`gpu.how.${enforcement.power}`)}
        />
      </dl>
      {problem !== null && (
        <p role="status" className="mt-4 rounded-control bg-amber-wash px-3.5 py-3 text-sm wrap-anywhere">
          <span className="font-semibold text-amber">{t('gpu.how.problem')}</span> {problem}
        </p>
      )}
      <div className="mt-4 flex gap-2.5 border-t border-line pt-4">
        <Icon name="shield" className="mt-0.5 size-5 text-muted" />
        <div className="min-w-0">
          <h3 className="font-semibold">{t(`gpu.authority.${authority}`)}</h3>
          <p className="text-sm text-muted wrap-anywhere">{authorityDetail}</p>
        </div>
      </div>
      {(authority !== 'direct' || helper.state === 'installed') && <Helper helper={helper} />}
    </Card>
  );
});

function Wish({ label, by, detail }: { label: string; by: Enforcement; detail: string }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <span className="font-semibold tabular-nums">{label}</span>
        <Badge tone={TONES[by]}>{t(`gpu.how.by.${by}`)}</Badge>
      </dt>
      <dd className="text-sm text-muted">{detail}</dd>
    </div>
  );
}

function Helper({ helper }: { helper: GpusPage['helper'] }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const isLive = useIsLive();
  const install = useInstallGpuHelper();
  const remove = useRemoveGpuHelper();
  const [asking, setAsking] = useState(false);
  const busy = helper.busy ?? (install.isPending ? 'installing' : remove.isPending ? 'removing' : null);
  const error = busy === null ? (install.error ?? remove.error) : null;
  const isInstalled = helper.state === 'installed';
  const act = () => {
    install.reset();
    remove.reset();
    if (isInstalled) remove.mutate();
    else install.mutate();
  };
  return (
    <div className="mt-4 flex flex-col gap-3">
      <p className="text-sm text-muted wrap-anywhere">{helper.detail}</p>
      {helper.state !== 'unsupported' && (
        <details className="text-sm" open={!isInstalled}>
          <summary className="w-fit cursor-pointer rounded font-semibold">{t('gpu.helper.about')}</summary>
          <ul className="mt-1.5 flex list-disc flex-col gap-1.5 pl-4.5 text-muted marker:text-edge">
            <li>{t('gpu.helper.without')}</li>
            <li>{t('gpu.helper.with')}</li>
            <li>{t('gpu.helper.may')}</li>
          </ul>
        </details>
      )}
      {helper.state !== 'unsupported' && (
        <Button
          variant={isInstalled ? 'secondary' : 'primary'}
          disabled={!isLive || busy !== null}
          onClick={() => setAsking(true)}
        >
          {t(
            busy === null ? (isInstalled ? 'gpu.helper.remove' : 'gpu.helper.install') : `gpu.helper.${busy}`,
          )}
        </Button>
      )}
      <p role="status" className="text-sm text-muted empty:hidden">
        {busy !== null && t('gpu.helper.answer')}
      </p>
      {error !== null && (
        <p role="alert" className="text-sm text-ember wrap-anywhere">
          {t('gpu.helper.failed', { message: errorText(error) })}
        </p>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t(isInstalled ? 'gpu.helper.removeTitle' : 'gpu.helper.installTitle')}
        confirm={t(isInstalled ? 'gpu.helper.remove' : 'gpu.helper.install')}
        isDangerous={false}
        onConfirm={act}
      >
        <p>{t(isInstalled ? 'gpu.helper.removeBody' : 'gpu.helper.installBody')}</p>
        {!isInstalled && <p>{t('gpu.helper.may')}</p>}
      </ConfirmDialog>
    </div>
  );
}
