/**
 * The verbs for one agent: each makes one commit on main, or with `--pr` a pull request. They use
 * the same decision as the platform's commands.
 */

import type { AgentId } from '../../../core/agent/agent.ts';
import {
  type Command,
  type CommandName,
  confirmation,
  oneLine,
  parseCommand,
} from '../../../core/commands/command-request.ts';
import { type CommandAsk, commandOnTip } from '../../../flows/commands/command-commit.ts';
import { createCommands } from '../../../flows/commands/commands.ts';
import { proposeOne, type Written } from '../../../flows/commands/write-one.ts';
import { type ExitCode, exitCodes, UsageError } from '../run/exit.ts';
import { personOf, reasonOf } from '../run/person.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { type Output, plain } from '../text/output.ts';

export type AgentVerbOptions = {
  readonly agent: AgentId;
  readonly reason?: string;
  readonly pr?: true;
  readonly request?: string;
  readonly confirm?: string;
  readonly region?: string;
  readonly settings?: readonly string[];
};

/**
 * The verb of a command's name.
 * @param more how the agent was found, for the document of `--json`
 */
export function agentVerb(name: CommandName, more: object = {}) {
  return async ({ env, out }: VerbContext, options: AgentVerbOptions): Promise<ExitCode> => {
    const { agent, request = null } = options;
    const ask: CommandAsk = {
      agent,
      command: commandOf(name, options),
      by: oneLine(personOf(env)),
      request,
    };
    const written = options.pr === true ? await proposed(env, ask) : await committed(env, ask);
    return showWritten(out, { agent, command: name, ...more }, written);
  };
}

async function committed(env: VerbContext['env'], ask: CommandAsk): Promise<Written> {
  return withPorts(env, ['state', 'clock', 'log'], async (ports) => {
    return await createCommands(ports).carryOut(ask);
  });
}

async function proposed(env: VerbContext['env'], ask: CommandAsk): Promise<Written> {
  const head = `aura/${ask.command.command}/${ask.agent}`;
  return withPorts(env, ['state', 'clock', 'forge'], (ports) =>
    proposeOne(ports, head, commandOnTip(ports, ask)),
  );
}

const settingPattern = /^([A-Za-z]+(?:\.[A-Za-z0-9_]+)?)=(.*)$/s;

function commandOf(name: CommandName, options: AgentVerbOptions): Command {
  const { reason, confirm, region, settings } = options;
  if (name === 'retire' || name === 'isolate' || name === 'release')
    return { command: name, reason: reasonOf(reason) };
  const parsed = parseCommand({
    command: name,
    ...(reason === undefined ? {} : { reason }),
    ...(confirm === undefined ? {} : { confirm }),
    ...(region === undefined ? {} : { region }),
    ...(settings === undefined ? {} : { config: configOf(settings) }),
  });
  if (parsed.ok) return parsed.command;
  const said = parsed.problems.map(({ field, message }) => `${field} ${message}`);
  throw new UsageError(said.join('; '));
}

/** `key=value`, `key=` to remove, `channels=web,slack` for a list, `secrets.NAME=secret://…`. */
function configOf(settings: readonly string[]): Readonly<Record<string, unknown>> {
  const config: Record<string, unknown> = {};
  const inner = new Map<string, Record<string, unknown>>();
  for (const setting of settings) {
    const [, key, text = ''] = settingPattern.exec(setting) ?? [];
    if (key === undefined) throw new UsageError(`${plain(setting)} is not key=value`);
    const [name = '', inside] = key.split('.');
    const value = text === '' ? null : name === 'channels' ? text.split(',') : text;
    if (inside === undefined) config[name] = value;
    else inner.set(name, { ...inner.get(name), [inside]: value });
  }
  return { ...config, ...Object.fromEntries(inner) };
}

/** Shows the result, as text and as the one document of `--json`. */
export function showWritten(
  out: Output,
  about: { readonly agent: AgentId; readonly command: string },
  written: Written,
): ExitCode {
  const { agent } = about;
  if (written.kind === 'refused') {
    const { reason, message, problems, lost } = written;
    const asked = reason === 'ConfirmationNeeded' ? { confirm: confirmation, lost } : {};
    out.note(out.paint('red', `aura: ${agent} was not changed: ${plain(message)}`));
    for (const { field, message: wrong } of problems) out.note(`  ${plain(`${field} ${wrong}`)}`);
    out.document({ ok: false, ...about, error: { reason, message, problems, ...asked } });
    return exitCodes.error;
  }
  if (written.kind === 'unchanged') {
    out.text(`${agent}: nothing to do, ${plain(written.why)}.`);
    out.document({ ok: true, ...about, commit: null, why: written.why });
    return exitCodes.fine;
  }
  const { lost, notes } = written;
  const how =
    written.kind === 'committed'
      ? { commit: written.commit }
      : { commit: null, proposal: written.url };
  out.text(`${agent}: ${written.kind} ${plain(how.commit ?? how.proposal ?? '')}`);
  if (!out.json) {
    if (lost !== null) out.note(out.paint('yellow', `Lost permanently: ${plain(lost)}.`));
    for (const note of notes) out.note(`${plain(note)}.`);
  }
  out.document({ ok: true, ...about, ...how, lost, notes });
  return exitCodes.fine;
}
