/** An alarm about agents whose unit ends again and again, as far as records show it. */
import type { AgentRecord } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';
import { type Alarm, alarm, type Dated } from './alarm.ts';

const attemptsMin = 2;

/** By the attempts: the last ones all failed because the unit did not stay up. */
export function crashLoops(records: readonly AgentRecord[]): Alarm | null {
  const looping = records.flatMap(({ name, attempts, gone }): Dated[] => {
    if (gone !== undefined) return [];
    const other = attempts.findLastIndex(
      ({ outcome, reason }) => outcome !== 'failed' || reason !== 'UnitFailed',
    );
    const failed = attempts.slice(other + 1);
    const [first] = failed;
    if (first === undefined || failed.length < attemptsMin) return [];
    return [{ agent: name, sinceMs: timeMs(first.ended) }];
  });
  return alarm('CrashLoop', 'look', looping, (count) => {
    return `${count} whose unit does not stay up: ${attemptsMin} attempts or more in a row failed so`;
  });
}
