/** `aura alarms`: what a person has to hear of, and with `--notify` how they come to hear of it. */

import { Failure } from '../../../core/failure.ts';
import type { Alarm } from '../../../core/status/alarm.ts';
import { alarmsOf } from '../../../core/status/alarms.ts';
import { readAlarmInput } from '../../../flows/alarms/alarm-input.ts';
import { runbooks, type Told } from '../../../flows/alarms/alarm-notices.ts';
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
  // Without a key for Stripe all the other alarms are looked for.
  const hasKey = [env['STRIPE_SECRET_KEY'], env['STRIPE_SECRET_KEY_FILE']].some(Boolean);
  const names = hasKey ? ([...portNames, 'billing'] as const) : portNames;
  const input = await withPorts(
    env,
    names,
    (ports, { ticks }) => {
      const billing = 'billing' in ports ? ports.billing : null;
      return readAlarmInput({ ...ports, billing }, ticks.workflow);
    },
    { needs: ['ticks'] },
  );
  const { nowMs } = input;
  const { fleet } = input.policy;
  const found = alarmsOf(input, nowMs);
  out.text(found.length === 0 ? out.paint('green', 'All is well.') : textOf(found, out));
  const told =
    options.notify === true && found.length > 0
      ? await tell({ env, out }, found, { fleet, nowMs })
      : [];
  const lost = told.filter(({ outcome }) => outcome === 'failed');
  for (const { by, alarm, why } of lost)
    out.note(out.paint('red', `aura: ${alarm} could not be told by ${by}: ${plain(why ?? '')}`));
  out.document({ ok: found.length === 0, alarms: found, told });
  if (lost.length > 0) return exitCodes.error;
  return found.length === 0 ? exitCodes.fine : exitCodes.attention;
}

async function tell(
  { env, out }: VerbContext,
  found: readonly Alarm[],
  about: { readonly fleet: string; readonly nowMs: number },
): Promise<readonly Told[]> {
  const telling = await openTelling(env, createLog({ env, usual: 'warn' }));
  if (telling === null) {
    const message = 'nobody can be told: set AURA_ALARM_MAIL_TO or AURA_ALARM_WEBHOOK_URL';
    throw new Failure('InvalidInput', message);
  }
  try {
    const told = await telling.tell(found, about);
    const fresh = told.filter(({ outcome }) => outcome === 'told').length;
    if (!out.json) out.note(`${fresh} of ${told.length} notices are new and were sent`);
    return told;
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
