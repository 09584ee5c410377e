/**
 * While the service runs: looks for alarms and tells them, so that somebody hears of them also where
 * the Forge runs no workflow any more. What `aura alarms --notify` has told the same day is not told
 * again, whoever of the two comes first.
 */
import { asFailure } from '../../core/failure.ts';
import { alarmsOf } from '../../core/report/alarms.ts';
import type { Clock } from '../../ports.ts';
import { type AlarmPorts, readAlarmInput, type TickSchedule } from '../../status/alarm-input.ts';
import type { Telling } from './alarm-telling.ts';

export type AlarmWatch = {
  /** Ends when it is told to. */
  run(): Promise<void>;
  end(): void;
};

const lookEveryMs = 5 * 60_000;

export function createAlarmWatch(
  ports: AlarmPorts & { readonly clock: Clock },
  schedule: TickSchedule,
  telling: Pick<Telling, 'tell'>,
): AlarmWatch {
  const { clock, log } = ports;
  let ended = false;
  return {
    async run() {
      while (!ended) {
        await clock.wait(lookEveryMs);
        if (ended) return;
        try {
          await look(ports, schedule, telling);
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

async function look(
  ports: AlarmPorts & { readonly clock: Clock },
  schedule: TickSchedule,
  telling: Pick<Telling, 'tell'>,
): Promise<void> {
  const input = await readAlarmInput(ports, schedule);
  const { nowMs } = input;
  const alarms = alarmsOf(input, nowMs);
  if (alarms.length === 0) return;
  for (const { by, alarm, outcome, why } of await telling.tell(alarms, {
    fleet: input.policy.fleet,
    nowMs,
  })) {
    if (outcome === 'told') ports.log.warn({ by, alarm }, 'an alarm was told');
    if (outcome === 'failed') ports.log.error({ by, alarm, why }, 'an alarm could not be told');
  }
}
