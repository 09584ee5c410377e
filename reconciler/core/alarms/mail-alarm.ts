/** The alarm about mails that customers do not get. */
import type { AgentRecord } from '../fleet/recorded.ts';
import { dayMs, hourMs, timeMs } from '../text/time.ts';
import { type Alarm, alarm, type Dated } from './alarm.ts';

/** Mails that have failed for an hour, and those that were refused within a day. */
export function mailFailing(records: readonly AgentRecord[], nowMs: number): Alarm | null {
  const failing = records.flatMap(({ name, mails = {} }): Dated[] => {
    const times = Object.values(mails)
      .filter(({ state, at }) => {
        const ageMs = nowMs - timeMs(at);
        return state === 'failing' ? ageMs >= hourMs : state === 'refused' && ageMs < dayMs;
      })
      .map(({ at }) => timeMs(at));
    return times.length === 0 ? [] : [{ agent: name, sinceMs: Math.min(...times) }];
  });
  return alarm('MailFailing', 'look', failing, (count) => {
    return `${count} whose customer did not get a mail: it has failed for an hour, or was refused`;
  });
}
