/** What an alarm may be computed from beside files and records, where nothing is known of it. */
import type { AlarmInput } from '../../reconciler/core/status/alarms.ts';

export const nothingElse: Pick<AlarmInput, 'statusExists' | 'account' | 'runs' | 'conditions'> = {
  statusExists: true,
  account: { kind: 'unknown' },
  runs: { kind: 'unknown' },
  conditions: [],
};
