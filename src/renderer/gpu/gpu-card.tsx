import { type ReactNode, useMemo, useState } from 'react';
import type { GpusPage, GpuView } from '../../shared/local-api.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { useSettings } from '../api/queries.ts';
import { CardHeader } from './card-header.tsx';
import { powerOfShare, preferencesOf } from './card-preferences.ts';
import type { ChartRange } from './charts/chart-range.ts';
import type { ChartSubject } from './charts/chart-specs.ts';
import { ChartsCard } from './charts/charts-card.tsx';
import { HelperCard } from './helper-card.tsx';
import { LimitsCard } from './limits-card.tsx';
import { ProcessesCard } from './processes-card.tsx';
import { ReadingsCard } from './readings-card.tsx';
import { useSensors } from './use-sensors.ts';

/** All about one card. */
export function GpuCard({ page, view }: { page: GpusPage; view: GpuView }) {
  const settings = useSettings().data;
  const disabled = !useIsLive() || settings === undefined;
  const [range, setRange] = useState<ChartRange>('minutes');
  const { device, sample, targets } = view;
  // The settings know a change before the next reading does.
  const preferences = settings === undefined ? view.preferences : preferencesOf(settings.gpu, device.uuid);
  const has = useSensors(sample);
  const { safetyTemperatureC, memoryHeadroomBytes } = preferences;
  const powerLimitMilliwatts = sample?.powerLimitMilliwatts ?? null;
  const subject = useMemo(
    (): ChartSubject => ({
      device,
      targets,
      safetyTemperatureC,
      memoryHeadroomBytes,
      powerLimitMilliwatts,
      wishedPowerMilliwatts: powerOfShare(targets.powerPercent, device.powerLimitRange),
      has,
    }),
    [device, targets, safetyTemperatureC, memoryHeadroomBytes, powerLimitMilliwatts, has],
  );
  return (
    <>
      <CardHeader view={view} enabled={preferences.enabled} cards={page.gpus.length} disabled={disabled} />
      <ChartsCard uuid={device.uuid} subject={subject} range={range} onRangeChange={setRange} />
      <div className="flex flex-col gap-4 lg:grid lg:grid-cols-[minmax(0,1.55fr)_minmax(0,1fr)] lg:items-start">
        <Column>
          <LimitsCard
            device={device}
            preferences={preferences}
            presetInForce={view.preset}
            disabled={disabled}
          />
          <ReadingsCard uuid={device.uuid} sample={sample} range={range} className="order-1" />
        </Column>
        <Column>
          <HelperCard
            authority={page.authority}
            authorityDetail={page.authorityDetail}
            helper={page.helper}
            enforcement={view.enforcement}
            targets={targets}
            device={device}
            knowsTemperature={sample?.temperatureC !== null}
            problem={view.problem}
          />
          <ProcessesCard processes={sample?.processes ?? null} className="order-2" />
        </Column>
      </div>
    </>
  );
}

/** Of two; on narrow screens the cards of both follow each other, those with controls first. */
function Column({ children }: { children: ReactNode }) {
  return <div className="flex flex-col gap-4 max-lg:contents">{children}</div>;
}
