/** What an alarm may be computed from beside files and records, where nothing is known of it. */
import type { AlarmInput } from '../../reconciler/core/status/alarms.ts';

export const nothingElse: Pick<AlarmInput, 'statusExists' | 'account' | 'ticks' | 'conditions'> = {
  statusExists: true,
  account: { kind: 'unknown' },
  ticks: { kind: 'unknown' },
  conditions: [],
};
