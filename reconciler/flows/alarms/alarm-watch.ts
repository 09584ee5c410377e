/**
 * While the service runs: looks for alarms and tells them, so that they are sent also where
 * the Forge runs no workflow any more. What `aura alarms --notify` has sent the same day is not sent
 * again, whichever of the two comes first.
 */

import { asFailure } from '../../core/failure.ts';
import type { Alarm } from '../../core/status/alarm.ts';
import { alarmsOf } from '../../core/status/alarms.ts';
import type { Clock } from '../../ports/clock.ts';
import { readPolicy } from '../shared/read-catalog.ts';
import { type AlarmPorts, readAlarmInput } from './alarm-input.ts';
import type { NoticeResult } from './alarm-notices.ts';

export type AlarmWatch = {
  /** Ends on request. */
  run(): Promise<void>;
  end(): void;
};

export type Telling = {
  tell(
    alarms: readonly Alarm[],
    about: { readonly fleet: string; readonly nowMs: number },
  ): Promise<readonly NoticeResult[]>;
  close(): Promise<void>;
};

/** The recipients, and what only this process knows of. */
type Watched = Pick<Telling, 'tell'> & { own(): Promise<readonly Alarm[]> };

const lookEveryMs = 5 * 60_000;

export function createAlarmWatch(
  ports: AlarmPorts & { readonly clock: Clock },
  workflow: string,
  watched: Watched,
): AlarmWatch {
  const { clock, log } = ports;
  let ended = false;
  return {
    async run() {
      while (!ended) {
        await clock.wait(lookEveryMs);
        if (ended) return;
        try {
          await look(ports, workflow, watched);
        } catch (thrown) {
          log.error({ error: asFailure(thrown) }, 'alarms could not be looked for');
        }
      }
    },
    end() {
      ended = true;
    },
  };
}

type WatchPorts = AlarmPorts & { readonly clock: Clock };

async function look(ports: WatchPorts, workflow: string, watched: Watched): Promise<void> {
  const own = await watched.own();
  const { alarms, ...about } = await readFleet(ports, workflow, own);
  if (alarms.length === 0) return;
  for (const { by, alarm, outcome, why } of await watched.tell(alarms, about)) {
    if (outcome === 'sent') ports.log.warn({ by, alarm }, 'an alarm was sent');
    if (outcome === 'failed') ports.log.error({ by, alarm, why }, 'an alarm could not be sent');
  }
}

/** Where the fleet cannot be read, that is no reason to keep quiet about what is known without it. */
async function readFleet(ports: WatchPorts, workflow: string, own: readonly Alarm[]) {
  try {
    const input = await readAlarmInput(ports, workflow);
    const { nowMs, policy } = input;
    return { alarms: [...alarmsOf(input, nowMs), ...own], fleet: policy.fleet, nowMs };
  } catch (thrown) {
    // As it was read last.
    const policy = own.length === 0 ? null : await readPolicy(await ports.state.confirmed('main'));
    if (policy === null) throw thrown;
    ports.log.error({ error: asFailure(thrown) }, 'only alarms of this process are looked for');
    return { alarms: own, fleet: policy.fleet, nowMs: ports.clock.now() };
  }
}
