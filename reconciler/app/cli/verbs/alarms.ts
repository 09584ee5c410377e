/** `aura alarms`: shows what needs a person; `--notify` sends it, too. */

import { Failure } from '../../../core/failure.ts';
import type { Alarm } from '../../../core/status/alarm.ts';
import { alarmsOf } from '../../../core/status/alarms.ts';
import { readAlarmInput } from '../../../flows/alarms/alarm-input.ts';
import { type NoticeResult, runbooks } from '../../../flows/alarms/alarm-notices.ts';
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
  const found = alarmsOf(input, nowMs);
  out.text(found.length === 0 ? out.paint('green', 'All is well.') : textOf(found, out));
  const sent =
    options.notify === true && found.length > 0
      ? await tell({ env, out }, found, { fleet, nowMs })
      : [];
  const lost = sent.filter(({ outcome }) => outcome === 'failed');
  for (const { by, alarm, why } of lost)
    out.note(out.paint('red', `aura: ${alarm} could not be sent by ${by}: ${plain(why ?? '')}`));
  out.document({ ok: found.length === 0, alarms: found, sent });
  if (lost.length > 0) return exitCodes.error;
  return found.length === 0 ? exitCodes.fine : exitCodes.attention;
}

async function tell(
  { env, out }: VerbContext,
  found: readonly Alarm[],
  about: { readonly fleet: string; readonly nowMs: number },
): Promise<readonly NoticeResult[]> {
  const telling = await openTelling(env, createLog({ env, usual: 'warn' }));
  if (telling === null) {
    const message = 'alarms cannot be sent: set AURA_ALARM_MAIL_TO or AURA_ALARM_WEBHOOK_URL';
    throw new Failure('InvalidInput', message);
  }
  try {
    const sent = await telling.tell(found, about);
    const fresh = sent.filter(({ outcome }) => outcome === 'sent').length;
    if (!out.json) out.note(`${fresh} of ${sent.length} notices are new and were sent`);
    return sent;
  } finally {
    await telling.close();
  }
}

const agentsShown = 10;

function textOf(found: readonly Alarm[], out: Output): string {
  return found
    .map(({ kind, severity, scope, since, message, agents }) => {
      const name = scope === '' ? kind : `${kind} ${scope}`;
      const head = out.paint(severity === 'page' ? 'red' : 'yellow', `${severity}  ${name}`);
      const rest = agents.length - agentsShown;
      const shown = agents.slice(0, agentsShown).join(', ');
      return [
        `${head}${since === null ? '' : `, since ${since}`}`,
        `  ${plain(message)}`,
        ...(agents.length === 0 ? [] : [`  ${plain(shown)}${rest > 0 ? ` and ${rest} more` : ''}`]),
        `  What to do: docs/runbooks/${runbooks[kind]}`,
      ].join('\n');
    })
    .join('\n');
}
