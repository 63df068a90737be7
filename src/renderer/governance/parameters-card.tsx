import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NetworkParameters } from '../../shared/governance.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { useLocale } from '../i18n/use-locale.ts';
import { useAmountText } from '../wallet/use-amount-text.ts';
import { ShareBar } from './share-bar.tsx';
import { usePercent } from './use-percent.ts';

const FEE_PARTS = [
  { name: 'nodes', fill: 'fill-jade', dot: 'bg-jade' },
  { name: 'protocol', fill: 'fill-amber', dot: 'bg-amber' },
  { name: 'stakers', fill: 'fill-sky', dot: 'bg-sky' },
] as const;

/** What holds until a proposal changes it. */
export function ParametersCard({ parameters }: { parameters: NetworkParameters }) {
  const { t } = useTranslation();
  const percent = usePercent();
  const { amount } = useAmountText();
  const { feeSplit, rewardWeights } = parameters;
  return (
    <Card title={t('governance.parameters.title')}>
      <Part title={t('governance.parameters.fees')}>
        <ShareBar
          parts={FEE_PARTS.map(({ name, fill }) => ({ name, fill, share: feeSplit[name] / 10 }))}
          className="mt-1 h-3"
        />
        <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-1">
          {FEE_PARTS.map(({ name, dot }) => (
            <div key={name} className="flex items-center gap-2">
              <span aria-hidden="true" className={`size-2.5 rounded-full ${dot}`} />
              <dt className="text-muted">{t(`governance.parameters.${name}`)}</dt>
              <dd className="font-bold tabular-nums">{percent(feeSplit[name])}</dd>
            </div>
          ))}
        </dl>
      </Part>
      <Part title={t('governance.parameters.rewards')}>
        <ul className="flex list-disc flex-col gap-1 pl-5 marker:text-muted">
          <li>
            {t('governance.parameters.usage', {
              usage: percent(rewardWeights.usage),
              rest: percent(10_000 - rewardWeights.usage),
            })}
          </li>
          <li>
            {t('governance.parameters.perGpuHour', {
              amount: amount(rewardWeights.availabilityPerGpuHourWei),
            })}
          </li>
          <li>
            {t('governance.parameters.perEpoch', { amount: amount(rewardWeights.availabilityPerEpochWei) })}
          </li>
        </ul>
      </Part>
      <ModelTypes modelTypes={parameters.modelTypes} />
    </Card>
  );
}

function ModelTypes({ modelTypes }: Pick<NetworkParameters, 'modelTypes'>) {
  const { t } = useTranslation();
  const locale = useLocale();
  const admitted = modelTypes.filter((type) => type.admitted);
  const refused = modelTypes.filter((type) => !type.admitted);
  const times = (weight: number) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(weight / 10_000);
  return (
    <Part title={t('governance.parameters.models')}>
      {admitted.length === 0 && <p className="text-muted">{t('governance.parameters.noModels')}</p>}
      <ul className="flex flex-wrap gap-2">
        {admitted.map(({ kind, rewardWeight }) => (
          <li key={kind} className="flex items-center gap-2 rounded-control bg-sunken px-2.5 py-1">
            <span className="font-mono text-sm wrap-anywhere">{kind}</span>
            {rewardWeight !== 10_000 && (
              <Badge tone="sky">{t('governance.parameters.weight', { times: times(rewardWeight) })}</Badge>
            )}
          </li>
        ))}
      </ul>
      {refused.length > 0 && (
        <p className="mt-2 text-sm wrap-anywhere text-muted">
          {t('governance.parameters.notAdmitted', { kinds: refused.map(({ kind }) => kind).join(', ') })}
        </p>
      )}
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-4 border-t border-line pt-4 first-of-type:mt-0 first-of-type:border-0 first-of-type:pt-0">
      <h3 className="mb-2 font-semibold">{title}</h3>
      {children}
    </section>
  );
}
