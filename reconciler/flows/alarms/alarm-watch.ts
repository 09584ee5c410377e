/**
 * While the service runs: computes alarms and sends them, also while the Forge runs no workflow. An
 * alarm that `aura alarms --notify` sent on the same day is not sent again, and vice versa.
 */

import type { Alarm } from '../../core/alarms/alarm.ts';
import { heardAlarms, judgedKinds } from '../../core/alarms/heard-alarms.ts';
import { processJudgedAfter, serviceAlarmKinds } from '../../core/alarms/service-alarms.ts';
import { withSilences } from '../../core/alarms/silenced.ts';
import { asFailure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { readPolicy } from '../shared/read-catalog.ts';
import { createWatch, type Watch } from '../shared/watch.ts';
import { type AlarmPorts, readAlarmInput } from './alarm-input.ts';
import type { Heard, NoticeResult } from './alarm-notices.ts';

export type Telling = {
  tell(heard: Heard): Promise<readonly NoticeResult[]>;
  close(): Promise<void>;
};

/** The recipients, and the alarms of this process. */
type Watched = Pick<Telling, 'tell'> & { own(): Promise<readonly Alarm[]> };
type ReadFleet = Omit<Heard, 'ownKinds'>;

const lookEveryMs = 5 * 60_000;

type WatchPorts = AlarmPorts & { readonly clock: Clock };

export function createAlarmWatch(ports: WatchPorts, workflow: string, watched: Watched): Watch {
  const { clock, log } = ports;
  return createWatch(
    clock,
    lookEveryMs,
    () => look(ports, workflow, watched),
    (error) => log.error({ error }, 'alarms could not be computed'),
  );
}

async function look(ports: WatchPorts, workflow: string, watched: Watched): Promise<void> {
  const own = await watched.own();
  const heard = await readFleet(ports, workflow, own);
  for (const result of await watched.tell({ ...heard, ownKinds: processJudgedAfter })) {
    const { outcome, why, ...about } = result;
    if (outcome === 'sent') ports.log.warn(about, 'a notice about an alarm was sent');
    if (outcome === 'failed') ports.log.error({ ...about, why }, 'an alarm could not be sent');
  }
}

/** If the fleet cannot be read, the alarms of this process are still sent. */
async function readFleet(
  ports: WatchPorts,
  workflow: string,
  own: readonly Alarm[],
): Promise<ReadFleet> {
  try {
    const input = await readAlarmInput(ports, workflow);
    const { nowMs, policy } = input;
    const alarms = heardAlarms(input, own);
    const judged = new Set([...judgedKinds(input), ...serviceAlarmKinds]);
    return { alarms, judged, fleet: policy.fleet, nowMs };
  } catch (thrown) {
    // The last confirmed policy.
    const policy = own.length === 0 ? null : await readPolicy(await ports.state.confirmed('main'));
    if (policy === null) throw thrown;
    ports.log.error(
      { error: asFailure(thrown) },
      'the fleet is unreadable: only own alarms are sent',
    );
    const nowMs = ports.clock.now();
    const alarms = withSilences(own, [], nowMs);
    return { alarms, judged: serviceAlarmKinds, fleet: policy.fleet, nowMs };
  }
}
