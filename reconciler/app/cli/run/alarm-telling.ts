/** The receivers of alarms, with what it takes to reach them; opened once, closed by its user. */

import { createWebhook } from '../../../adapters/webhook.ts';
import { notify } from '../../../flows/alarms/alarm-notices.ts';
import type { Telling } from '../../../flows/alarms/alarm-watch.ts';
import type { Log } from '../../../ports/log.ts';
import type { Environment } from '../../config.ts';
import { openPorts } from '../../main.ts';

/** null where neither an address nor a webhook is set. */
export async function openTelling(env: Environment, log: Log): Promise<Telling | null> {
  const wanted = await openPorts(env, [], { log, needs: ['alarms'] });
  await wanted.close();
  const { mailTo, webhookUrl } = wanted.config.alarms;
  if (mailTo === null && webhookUrl === null) return null;
  // Mail is configured only where it is wanted.
  const names = mailTo === null ? (['archive'] as const) : (['archive', 'mail'] as const);
  const { ports, close } = await openPorts(env, names, { log });
  const { archive } = ports;
  const webhook = webhookUrl === null ? null : createWebhook(webhookUrl);
  const mail = 'mail' in ports ? ports.mail : null;
  return {
    tell: (alarms, about) => notify({ archive, mail, webhook }, { alarms, mailTo, ...about }),
    close,
  };
}
