/** The alarms of a reading with the silences of the same reading, and what the reading judges. */
import { type AlarmKind, alarmKinds } from '../agent/alarm-kinds.ts';
import type { FleetCondition } from '../fleet/fleet-record.ts';
import type { Alarm } from './alarm.ts';
import { type AlarmInput, alarmsOf } from './alarms.ts';
import { serviceAlarmKinds } from './service-alarms.ts';
import { type HeardAlarm, withSilences } from './silenced.ts';

/** @param own those of this process */
export function heardAlarms(
  input: AlarmInput & { readonly nowMs: number },
  own: readonly Alarm[] = [],
): readonly HeardAlarm[] {
  const { silences, nowMs } = input;
  const inForce = silences.kind === 'valid' ? silences.silences : [];
  return withSilences([...alarmsOf(input, nowMs), ...own], inForce, nowMs);
}

const conditionKinds: Readonly<Record<FleetCondition['type'], true>> = {
  BilledServersDiffer: true,
  ClocksDisagree: true,
  CostAnomaly: true,
  MarginLow: true,
  PriceDiffers: true,
  RetiredButCharged: true,
};
const ofFleetFile: ReadonlySet<string> = new Set([
  ...Object.keys(conditionKinds),
  'ProvisionsFail',
  'QuotaForecast',
]);

/** The kinds of which the input raises every alarm that there is. */
export function judgedKinds(input: AlarmInput): ReadonlySet<AlarmKind> {
  if (!input.statusExists) return new Set(['RecordsMissing']);
  return new Set(
    alarmKinds.filter((kind) => {
      if (kind === 'NoSuccessfulRun' || kind === 'CredentialExpires')
        return input.runs.kind === 'known';
      if (kind === 'WrongStripeAccount') return input.account.kind !== 'unknown';
      if (ofFleetFile.has(kind)) return input.fleetIsReadable;
      return !serviceAlarmKinds.has(kind);
    }),
  );
}
