import { useTranslation } from 'react-i18next';
import type { SandboxView } from '../../shared/local-api.ts';
import { useStatus } from '../api/queries.ts';
import { Badge } from '../components/badge.tsx';
import { Icon } from '../components/icon.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { formatMoment } from '../format/moment.ts';
import { useLocale } from '../i18n/use-locale.ts';
import { Section } from './section.tsx';

/** What strangers' models are kept from on this machine, and how that was tried. */
export function SandboxSection() {
  const { t } = useTranslation();
  const sandbox = useStatus().data?.sandbox;
  return (
    <Section title={t('sandbox.title')} intro={t('sandbox.intro')}>
      {sandbox === undefined ? (
        <div role="status" aria-label={t('app.loading')}>
          <Skeleton className="h-32" />
        </div>
      ) : (
        <>
          <Summary sandbox={sandbox} />
          <Protections protections={sandbox.protections} />
        </>
      )}
    </Section>
  );
}

function Summary({ sandbox }: { sandbox: SandboxView }) {
  const { t } = useTranslation();
  const { mechanism, working, detail, selfTest } = sandbox;
  return (
    <div className="max-w-prose">
      <p className="flex flex-wrap items-center gap-2 font-semibold">
        {t(`sandbox.mechanism.${mechanism}`)}
        <Badge tone={working ? 'jade' : 'ember'}>{t(working ? 'sandbox.working' : 'sandbox.broken')}</Badge>
      </p>
      <p className="mt-1 text-sm text-muted wrap-anywhere">{detail}</p>
      {selfTest !== null && <SelfTest selfTest={selfTest} />}
    </div>
  );
}

function SelfTest({
  selfTest: { attempts, escapes, at },
}: {
  selfTest: NonNullable<SandboxView['selfTest']>;
}) {
  const { t } = useTranslation();
  const moment = formatMoment(at, Date.now(), useLocale());
  if (escapes.length === 0) {
    return <p className="mt-1 text-sm text-muted">{t('sandbox.held', { attempts, moment })}</p>;
  }
  return (
    <>
      <p className="mt-1 text-sm font-semibold text-ember">
        {t('sandbox.escaped', { attempts, escapes: escapes.length, moment })}
      </p>
      <ul className="mt-1 list-disc pl-5 text-sm wrap-anywhere">
        {escapes.map((way) => (
          <li key={way}>{way}</li>
        ))}
      </ul>
    </>
  );
}

function Protections({ protections }: Pick<SandboxView, 'protections'>) {
  const { t } = useTranslation();
  if (protections.length === 0) return null;
  return (
    <ul aria-label={t('sandbox.protections')} className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
      {protections.map(({ code, enforced, detail }) => (
        <li key={code} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5">
          <Icon
            name={enforced ? 'check' : 'warning'}
            className={`mt-0.5 size-5 ${enforced ? 'text-jade' : 'text-ember'}`}
          />
          <div>
            <h3 className="flex flex-wrap items-center gap-2 font-semibold">
              {t(`sandbox.protection.${code}`)}
              {enforced ? (
                <span className="sr-only">{t('sandbox.enforced')}</span>
              ) : (
                <Badge tone="ember">{t('sandbox.notEnforced')}</Badge>
              )}
            </h3>
            <p className="text-sm text-muted wrap-anywhere">{detail}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
