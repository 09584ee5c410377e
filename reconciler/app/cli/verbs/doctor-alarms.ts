/**
 * Optional checks of the doctor: who receives alarms, and whether an alarm is raised if the Forge
 * itself is down. A missing setting is advice, not a failure.
 */

import { runsMissedMax, scheduleMinutes } from '../../../core/alarms/alarms.ts';
import { timeMs } from '../../../core/text/time.ts';
import { type Config, type Environment, type Need, readConfig } from '../../config.ts';

import { Amiss, type Check, type Found } from './amiss.ts';
import { configured, withOpened } from './doctor-known.ts';

export function alarmChecks(env: Environment): readonly Check[] {
  return [
    { name: 'alarms', look: async () => whoHears((await settings(env, 'alarms')).alarms) },
    {
      name: "dead man's switch",
      look: async () => ifAllStops((await settings(env, 'deadman')).deadman),
    },
    { name: 'reconcile', look: () => lastRun(env) },
  ];
}

function whoHears({ mailTo, webhookUrl, chatUrl }: Config['alarms']): Found {
  const ways = [
    ...(mailTo === null ? [] : [`mails them to ${mailTo}`]),
    ...(webhookUrl === null ? [] : ['posts them to AURA_ALARM_WEBHOOK_URL']),
    ...(chatUrl === null ? [] : ['posts them to AURA_ALARM_CHAT_URL']),
  ];
  if (ways.length > 0) return `\`aura alarms --notify\` ${ways.join(' and ')}`;
  return {
    message: 'they are not sent: `aura alarms --notify` cannot run',
    todo: 'Set AURA_ALARM_CHAT_URL, AURA_ALARM_MAIL_TO or AURA_ALARM_WEBHOOK_URL, here and for reconcile.yml.',
  };
}

function ifAllStops({ url }: Config['deadman']): Found {
  if (url !== null) return 'AURA_DEADMAN_URL is called after each run that succeeded';
  return {
    message: 'there is none: if GitHub runs no workflows, no alarm is raised',
    todo: 'Set AURA_DEADMAN_URL to a service that raises an alarm when calls do not arrive.',
  };
}

async function lastRun(env: Environment): Promise<Found> {
  const { workflow } = (await settings(env, 'reconcile')).reconcile;
  return withOpened(env, ['forge', 'clock'], async (ports) => {
    const last = await ports.forge.lastSuccessfulRun(workflow);
    const meant = `${workflow}, every ${scheduleMinutes} minutes`;
    if (last === null)
      return {
        message: `${meant}: no run of it has succeeded yet`,
        todo: 'Run it once by hand; AURA_RECONCILE_WORKFLOW names it.',
      };
    // By the later of two clocks, as the alarm does: this machine's may be behind.
    const nowMs = Math.max(ports.clock.now(), await ports.forge.now());
    const minutes = Math.max(0, Math.round((nowMs - timeMs(last)) / 60_000));
    const said = `${meant}: the last run that succeeded ended ${minutes} minutes ago, at ${last}`;
    if (minutes <= runsMissedMax * scheduleMinutes) return said;
    const todo = 'See docs/runbooks/no-successful-run.md: the failed runs show what went wrong.';
    throw new Amiss('NotFound', said, todo);
  });
}

const settings = <Name extends Need>(env: Environment, name: Name) =>
  configured(() => readConfig(env, [name]));
