/** A command decided on one tip of `main`, as a commit, or why there is none. */
import { type AgentId, agentPath } from '../../core/agent/agent.ts';
import { digest } from '../../core/agent/digest.ts';
import { decideCommand } from '../../core/commands/command.ts';
import { type CommandDecision, refused } from '../../core/commands/command-decision.ts';
import type { Command } from '../../core/commands/command-request.ts';
import { recordAt } from '../../ports/at-snapshot.ts';
import type { CommitDraft, DesiredState, Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { type CatalogAndPolicy, readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { digestTrailer, requestTrailer } from './requests.ts';
import type { Decide } from './write-one.ts';

export type CommandAsk = {
  readonly agent: AgentId;
  readonly command: Command;
  /** who asks, in one line */
  readonly by: string;
  /** the same key again is the same request; null where it would never be asked again */
  readonly request: string | null;
};
export type CommandTip = CatalogAndPolicy & { readonly main: Snapshot; readonly nowMs: number };

/** One command by itself. */
export function commandOnTip(ports: Pick<Ports, 'state' | 'clock'>, ask: CommandAsk): Decide {
  return async (main) => {
    const tip = { main, ...(await readCatalogAndPolicy(main)), nowMs: ports.clock.now() };
    const decision = await decideOnTip(ports.state, tip, ask);
    if (decision.kind !== 'write') return decision;
    const { lost, notes } = decision;
    return { kind: 'write', draft: commandDraft(ask, decision), lost, notes };
  };
}

/** @param written the agent's file as an earlier command of the same push leaves it */
export async function decideOnTip(
  state: Pick<DesiredState, 'fetch'>,
  tip: CommandTip,
  { agent, command }: CommandAsk,
  written?: string,
): Promise<CommandDecision> {
  const path = agentPath(agent);
  const found = await tip.main.read(path);
  if (found === null) return refused('NotFound', `there is no agent ${agent}`);
  const file = { path, oid: found.oid, text: written ?? found.text };
  // Start, stop and settings are decided without the record: nothing of them hangs on it.
  const looks = !['start', 'stop', 'config'].includes(command.command);
  const record = looks ? await recordAt(await state.fetch('status'), agent) : null;
  const { catalog, policy, nowMs } = tip;
  return decideCommand({ file, record, command, catalog, policy, nowMs });
}

export function commandDraft(
  ask: CommandAsk,
  decision: Extract<CommandDecision, { readonly kind: 'write' }>,
): CommitDraft {
  const { subject, text } = decision;
  const { agent, command, by } = ask;
  return {
    subject: `${agent}: ${subject}`,
    body: bodyOf({ by, reason: command.reason, lost: decision.lost }),
    trailers: trailersOf(ask),
    edits: [{ path: agentPath(agent), text }],
  };
}

/** A commit without a change: it keeps the request's key, and says what was found. */
export function unchangedDraft(ask: CommandAsk, why: string): CommitDraft {
  const { agent, command, by } = ask;
  const said = bodyOf({ by, reason: command.reason, lost: null });
  return {
    subject: `${agent}: ${command.command} changes nothing`,
    body: `${said}\nNothing had to be changed: ${why}.`,
    trailers: trailersOf(ask),
    edits: [],
  };
}

function trailersOf(ask: CommandAsk): CommitDraft['trailers'] {
  const { command, request } = ask;
  const cause = ['Aura-Cause', command.command] as const;
  if (request === null) return [cause];
  return [cause, [requestTrailer, request], [digestTrailer, requestDigest(ask)]];
}

/** Of all that was asked for, and of nothing that differs from one try to the next. */
export function requestDigest({ agent, command }: CommandAsk): string {
  return digest({ agent, command }, 32);
}

export function bodyOf(said: {
  readonly by: string;
  readonly reason: string | null;
  readonly lost: string | null;
}): string {
  return [
    `Asked for by ${said.by}.`,
    ...(said.reason === null ? [] : [`Reason: ${said.reason}`]),
    ...(said.lost === null ? [] : [`Goes for good: ${said.lost}.`]),
  ].join('\n');
}
