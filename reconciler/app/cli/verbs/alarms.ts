/** `aura alarms`: shows what needs a person; `--notify` sends it, too. */

import { heardAlarms, judgedKinds } from '../../../core/alarms/heard-alarms.ts';
import { alarmName } from '../../../core/alarms/notices.ts';
import { processJudgedAfter } from '../../../core/alarms/service-alarms.ts';
import type { HeardAlarm } from '../../../core/alarms/silenced.ts';
import { Failure } from '../../../core/failure.ts';
import { readAlarmInput } from '../../../flows/alarms/alarm-input.ts';
import type { Heard, NoticeResult } from '../../../flows/alarms/alarm-notices.ts';
import { runbooks } from '../../../flows/alarms/runbooks.ts';
import { createLog } from '../../log.ts';
import { openTelling } from '../run/alarm-telling.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { type Output, plain } from '../text/output.ts';

const portNames = ['state', 'files', 'journal', 'forge', 'clock', 'log'] as const;

export async function alarms(
  { env, out }: VerbContext,
  options: { readonly notify?: true },
): Promise<ExitCode> {
  // Without a key for Stripe all other alarms are checked.
  const hasKey = [env['STRIPE_SECRET_KEY'], env['STRIPE_SECRET_KEY_FILE']].some(Boolean);
  const names = hasKey ? ([...portNames, 'billing'] as const) : portNames;
  const input = await withPorts(
    env,
    names,
    (ports, { reconcile }) => {
      const billing = 'billing' in ports ? ports.billing : null;
      return readAlarmInput({ ...ports, billing }, reconcile.workflow);
    },
    { needs: ['reconcile'] },
  );
  const { nowMs } = input;
  const { fleet } = input.policy;
  const found = heardAlarms(input);
  const heard = {
    alarms: found,
    judged: judgedKinds(input),
    ownKinds: processJudgedAfter,
    fleet,
    nowMs,
  };
  const lasting = found.filter(({ silenced }) => silenced === null);
  out.text(found.length === 0 ? out.paint('green', 'All is well.') : textOf(found, out));
  const sent = options.notify === true ? await tell({ env, out }, heard) : [];
  const lost = sent.filter(({ outcome }) => outcome === 'failed');
  for (const { by, alarm, why } of lost)
    out.note(out.paint('red', `aura: ${alarm} could not be sent by ${by}: ${plain(why ?? '')}`));
  out.document({ ok: lasting.length === 0, alarms: found, sent });
  if (lost.length > 0) return exitCodes.error;
  return lasting.length === 0 ? exitCodes.fine : exitCodes.attention;
}

async function tell({ env, out }: VerbContext, heard: Heard): Promise<readonly NoticeResult[]> {
  const telling = await openTelling(env, createLog({ env, usual: 'warn' }));
  if (telling === null) {
    if (heard.alarms.length === 0) return [];
    const names = 'AURA_ALARM_CHAT_URL, AURA_ALARM_MAIL_TO or AURA_ALARM_WEBHOOK_URL';
    throw new Failure('InvalidInput', `alarms cannot be sent: set ${names}`);
  }
  try {
    const sent = await telling.tell(heard);
    const fresh = sent.filter(({ outcome }) => outcome === 'sent').length;
    if (!out.json) out.note(`${fresh} of ${sent.length} notices are new and were sent`);
    return sent;
  } finally {
    await telling.close();
  }
}

const agentsShown = 10;

function textOf(found: readonly HeardAlarm[], out: Output): string {
  return found
    .map((alarm) => {
      const { kind, severity, since, message, agents, silenced, silencedAgents } = alarm;
      const name = alarmName(alarm);
      const head = out.paint(severity === 'page' ? 'red' : 'yellow', `${severity}  ${name}`);
      const rest = agents.length - agentsShown;
      const shown = agents.slice(0, agentsShown).join(', ');
      return [
        `${head}${since === null ? '' : `, since ${since}`}`,
        `  ${plain(message)}`,
        ...(agents.length === 0 ? [] : [`  ${plain(shown)}${rest > 0 ? ` and ${rest} more` : ''}`]),
        ...silenceLines(silenced, silencedAgents),
        `  What to do: docs/runbooks/${runbooks[kind]}`,
      ].join('\n');
    })
    .join('\n');
}

function silenceLines(
  silenced: HeardAlarm['silenced'],
  agents: HeardAlarm['silencedAgents'],
): readonly string[] {
  if (silenced !== null) return [`  Silenced until ${silenced.until}: ${plain(silenced.reason)}`];
  return agents.length === 0 ? [] : [`  Silenced for ${plain(agents.join(', '))}`];
}
