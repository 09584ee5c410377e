/** Whoever wants to hear of alarms, with what it takes to tell them; opened once, closed by its user. */
import type { Environment } from '../../config.ts';
import type { Alarm } from '../../core/report/alarm.ts';
import { openPorts } from '../../main.ts';
import type { Log } from '../../ports.ts';
import { notify, type Told } from './alarm-notices.ts';

export type Telling = {
  tell(
    alarms: readonly Alarm[],
    about: { readonly fleet: string; readonly nowMs: number },
  ): Promise<readonly Told[]>;
  close(): Promise<void>;
};

/** null where neither an address nor a webhook is set. */
export async function openTelling(env: Environment, log: Log): Promise<Telling | null> {
  const wanted = await openPorts(env, [], { log, needs: ['alarms'] });
  await wanted.close();
  const { mailTo, webhookUrl } = wanted.config.alarms;
  if (mailTo === null && webhookUrl === null) return null;
  // Mail is configured only where somebody wants it.
  const names = mailTo === null ? (['archive'] as const) : (['archive', 'mail'] as const);
  const { ports, close } = await openPorts(env, names, { log });
  const { archive } = ports;
  const mail = 'mail' in ports ? ports.mail : null;
  return {
    tell: (alarms, about) => notify({ archive, mail }, { alarms, mailTo, webhookUrl, ...about }),
    close,
  };
}
