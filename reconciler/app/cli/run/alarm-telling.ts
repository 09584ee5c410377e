/** Opens the receivers of alarms and the ports that reach them; the caller closes them. */

import { createWebhook } from '../../../adapters/webhook.ts';
import { notify } from '../../../flows/alarms/alarm-notices.ts';
import type { Telling } from '../../../flows/alarms/alarm-watch.ts';
import { newMemory } from '../../../flows/alarms/receipts.ts';
import type { Log } from '../../../ports/log.ts';
import type { Environment } from '../../config.ts';
import { openPorts } from '../../main.ts';

/** null if no receiver is set */
export async function openTelling(env: Environment, log: Log): Promise<Telling | null> {
  const wanted = await openPorts(env, [], { log, needs: ['alarms'] });
  await wanted.close();
  const { mailTo, webhookUrl, chatUrl } = wanted.config.alarms;
  if (mailTo === null && webhookUrl === null && chatUrl === null) return null;
  // Mail is only configured if an address is set.
  const names = mailTo === null ? (['archive'] as const) : (['archive', 'mail'] as const);
  const { ports, close } = await openPorts(env, names, { log });
  const { archive } = ports;
  const memory = newMemory();
  const receivers = {
    mail: mailTo !== null && 'mail' in ports ? { port: ports.mail, to: mailTo } : null,
    webhook: webhookUrl === null ? null : createWebhook(webhookUrl),
    chat: chatUrl === null ? null : createWebhook(chatUrl),
  };
  return { tell: (heard) => notify({ archive, ...receivers }, heard, memory), close };
}
