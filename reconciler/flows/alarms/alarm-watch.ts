/**
 * While the service runs: computes alarms and sends them, also while the Forge runs no workflow. An
 * alarm that `aura alarms --notify` sent on the same day is not sent again, and vice versa.
 */

import { asFailure } from '../../core/failure.ts';
import type { Alarm } from '../../core/status/alarm.ts';
import { alarmsOf } from '../../core/status/alarms.ts';
import type { Clock } from '../../ports/clock.ts';
import { readPolicy } from '../shared/read-catalog.ts';
import { createWatch, type Watch } from '../shared/watch.ts';
import { type AlarmPorts, readAlarmInput } from './alarm-input.ts';
import type { NoticeResult } from './alarm-notices.ts';

export type Telling = {
  tell(
    alarms: readonly Alarm[],
    about: { readonly fleet: string; readonly nowMs: number },
  ): Promise<readonly NoticeResult[]>;
  close(): Promise<void>;
};

/** The recipients, and the alarms of this process. */
type Watched = Pick<Telling, 'tell'> & { own(): Promise<readonly Alarm[]> };

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
  const { alarms, ...about } = await readFleet(ports, workflow, own);
  if (alarms.length === 0) return;
  for (const { by, alarm, outcome, why } of await watched.tell(alarms, about)) {
    if (outcome === 'sent') ports.log.warn({ by, alarm }, 'an alarm was sent');
    if (outcome === 'failed') ports.log.error({ by, alarm, why }, 'an alarm could not be sent');
  }
}

/** If the fleet cannot be read, the alarms of this process are still sent. */
async function readFleet(ports: WatchPorts, workflow: string, own: readonly Alarm[]) {
  try {
    const input = await readAlarmInput(ports, workflow);
    const { nowMs, policy } = input;
    return { alarms: [...alarmsOf(input, nowMs), ...own], fleet: policy.fleet, nowMs };
  } catch (thrown) {
    // The last confirmed policy.
    const policy = own.length === 0 ? null : await readPolicy(await ports.state.confirmed('main'));
    if (policy === null) throw thrown;
    ports.log.error(
      { error: asFailure(thrown) },
      'the fleet is unreadable: only own alarms are sent',
    );
    return { alarms: own, fleet: policy.fleet, nowMs: ports.clock.now() };
  }
}
