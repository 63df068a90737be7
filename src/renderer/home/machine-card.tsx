import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Status } from '../../shared/local-api.ts';
import { useConnection } from '../api/agent-context.tsx';
import { useModels } from '../api/queries.ts';
import { Badge } from '../components/badge.tsx';
import { Card } from '../components/card.tsx';
import { Icon, type IconName } from '../components/icon.tsx';
import { routeHref } from '../route.ts';

/** Device, sandbox, network and models: what runs here, what guards it, and for whom. */
export function MachineCard({ status }: { status: Status }) {
  const { t } = useTranslation();
  const { device, sandbox, network } = status;
  const known = useConnection().state.phase !== 'offline';
  const networkTone = network.state === 'connected' ? 'jade' : network.state === 'offline' ? 'ember' : 'sky';
  return (
    <Card title={t('machine.title')}>
      <dl className="flex flex-col">
        <Row icon="chip" label={t('machine.device')} value={device.name}>
          {device.provider === null
            ? t('machine.noProvider')
            : t('machine.runsOn', { provider: t(`provider.${device.provider}`) })}
        </Row>
        <Row
          icon="shield"
          label={t('machine.sandbox')}
          value={
            sandbox.working
              ? t('machine.sandboxWorking', { mechanism: sandbox.mechanism })
              : t('machine.sandboxMissing')
          }
          alarming={!sandbox.working}
        >
          {sandbox.detail}
        </Row>
        <Row
          icon="network"
          label={t('machine.network')}
          value={
            <>
              {network.embedded ? t('machine.demoNetworkShort') : new URL(network.gatewayUrl).host}
              {known && <Badge tone={networkTone}>{t(`network.${network.state}`)}</Badge>}
            </>
          }
        >
          {network.detail !== null && <span className="block">{network.detail}</span>}
          <span className="block truncate font-mono text-xs leading-5" title={network.nodeId}>
            {t('machine.node')} {network.nodeId}
          </span>
        </Row>
        <Models />
      </dl>
    </Card>
  );
}

function Models() {
  const { t } = useTranslation();
  const models = useModels().data?.models ?? [];
  const demos = models.filter((model) => model.manifest.demo).length;
  return (
    <Row
      icon="box"
      label={t('machine.models')}
      value={
        <a
          href={routeHref({ screen: 'settings' })}
          className="flex min-w-0 flex-wrap gap-x-3 rounded hover:underline"
        >
          {models.length === 0 ? t('models.empty') : models.map((model) => model.manifest.name).join(', ')}
        </a>
      }
    >
      {demos > 0 && t('machine.demoModels')}
    </Row>
  );
}

function Row({
  icon,
  label,
  value,
  alarming = false,
  children,
}: {
  icon: IconName;
  label: string;
  value: ReactNode;
  alarming?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 border-line py-3 not-first:border-t first:pt-0 last:pb-0">
      <Icon name={icon} className={`row-span-3 mt-0.5 size-5 ${alarming ? 'text-ember' : 'text-muted'}`} />
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="flex flex-wrap items-center gap-x-2 gap-y-1 font-semibold wrap-anywhere">{value}</dd>
      <dd className="min-h-5 text-sm text-muted">{children}</dd>
    </div>
  );
}
