/** Opens the receivers of alarms and the ports that reach them; the caller closes them. */

import { createWebhook } from '../../../adapters/webhook.ts';
import { notify } from '../../../flows/alarms/alarm-notices.ts';
import type { Telling } from '../../../flows/alarms/alarm-watch.ts';
import type { Log } from '../../../ports/log.ts';
import type { Environment } from '../../config.ts';
import { openPorts } from '../../main.ts';

/** null if neither an address nor a webhook is set */
export async function openTelling(env: Environment, log: Log): Promise<Telling | null> {
  const wanted = await openPorts(env, [], { log, needs: ['alarms'] });
  await wanted.close();
  const { mailTo, webhookUrl } = wanted.config.alarms;
  if (mailTo === null && webhookUrl === null) return null;
  // Mail is only configured if an address is set.
  const names = mailTo === null ? (['archive'] as const) : (['archive', 'mail'] as const);
  const { ports, close } = await openPorts(env, names, { log });
  const { archive } = ports;
  const own = new Set<string>();
  const webhook = webhookUrl === null ? null : createWebhook(webhookUrl);
  const mail = 'mail' in ports ? ports.mail : null;
  return {
    tell: (alarms, about) => notify({ archive, mail, webhook }, { alarms, mailTo, ...about }, own),
    close,
  };
}
