/** An alarm for each region in which too many of the last creates failed. */
import type { FleetRecord } from '../fleet/fleet-record.ts';
import { provisionFigures } from '../fleet/provisions.ts';
import { hourMs, timeMs } from '../text/time.ts';
import type { Alarm } from './alarm.ts';

export type Provisions = NonNullable<FleetRecord['provisions']>;

const hours = 24;
/** One failure among few creates is no rate. */
const countMin = 5;
const failureRateMin = 0.3;

export function provisionsFail(provisions: Provisions, nowMs: number): readonly Alarm[] {
  return Object.entries(provisions).flatMap(([region, all]): Alarm[] => {
    const recent = all.filter(({ at }) => nowMs - timeMs(at) < hours * hourMs);
    const figures = provisionFigures(recent);
    if (figures === null || figures.count < countMin) return [];
    if (figures.failureRate < failureRateMin) return [];
    const failed = recent.flatMap((one) => (one.failed === undefined ? [] : [one]));
    const reasons = [...new Set(failed.map((one) => one.failed))].sort().join(', ');
    const message = `${failed.length} of ${figures.count} creates in ${region} failed within ${hours} hours: ${reasons}`;
    const agents = [...new Set(failed.map(({ agent }) => agent))].sort();
    const kind = 'ProvisionsFail' as const;
    return [{ kind, severity: 'look', scope: region, agents, since: null, message }];
  });
}
