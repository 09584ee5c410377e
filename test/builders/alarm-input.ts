/** The input of alarms beside files and records, where nothing of it is known. */
import type { AlarmInput } from '../../reconciler/core/alarms/alarms.ts';

export const nothingElse: Pick<
  AlarmInput,
  | 'statusExists'
  | 'account'
  | 'runs'
  | 'fleetIsReadable'
  | 'conditions'
  | 'silences'
  | 'incidents'
  | 'provisions'
  | 'others'
  | 'actionsMinutes'
  | 'credentials'
> = {
  statusExists: true,
  account: { kind: 'unknown' },
  runs: { kind: 'unknown' },
  fleetIsReadable: true,
  conditions: [],
  provisions: {},
  others: [],
  actionsMinutes: null,
  credentials: [],
  silences: { kind: 'valid', silences: [] },
  incidents: { kind: 'valid', incidents: [] },
};
