import { useState } from 'react';
import type { GpuSample } from '../../shared/gpu.ts';
import type { ChartSubject } from './charts/chart-specs.ts';

type Sensors = ChartSubject['has'];

const NONE: Sensors = { memoryTemperature: false, power: false, fan: false };

/** What the card has measured since it is shown: one reading that fails must not take a chart away. */
export function useSensors(sample: GpuSample | null): Sensors {
  const [seen, setSeen] = useState(NONE);
  const now: Sensors = {
    memoryTemperature: seen.memoryTemperature || (sample?.memoryTemperatureC ?? null) !== null,
    power: seen.power || (sample?.powerMilliwatts ?? null) !== null,
    fan: seen.fan || (sample?.fanPercent ?? null) !== null,
  };
  if (now.memoryTemperature === seen.memoryTemperature && now.power === seen.power && now.fan === seen.fan)
    return seen;
  setSeen(now);
  return now;
}
