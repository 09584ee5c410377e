/** An alarm about agents whose unit ends again and again, as far as records show it. */
import { timeMs } from '../text/time.ts';
import { type Alarm, alarm, type Dated } from './alarm.ts';
import { type Case, isToRun } from './case.ts';

const attemptsMin = 2;

/**
 * By the attempts: the last ones all failed because the unit did not stay up. One that is off or
 * isolated is not tried again, so its last attempts say nothing about now.
 */
export function crashLoops(cases: readonly Case[]): Alarm | null {
  const looping = cases.flatMap(({ file, record }): Dated[] => {
    if (record === null || record.gone !== undefined || !isToRun(file)) return [];
    const { attempts } = record;
    const other = attempts.findLastIndex(
      ({ outcome, reason }) => outcome !== 'failed' || reason !== 'UnitFailed',
    );
    const failed = attempts.slice(other + 1);
    const [first] = failed;
    if (first === undefined || failed.length < attemptsMin) return [];
    return [{ agent: file.id, sinceMs: timeMs(first.ended) }];
  });
  return alarm('CrashLoop', 'look', looping, (count) => {
    return `${count} whose unit does not stay up: ${attemptsMin} attempts or more in a row failed so`;
  });
}
