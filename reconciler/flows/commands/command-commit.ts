/** Decides a command on one tip of `main`, and writes its commit. */
import { type AgentId, agentPath } from '../../core/agent/agent.ts';
import { digest } from '../../core/agent/digest.ts';
import { decideCommand } from '../../core/commands/command.ts';
import { type CommandDecision, refused } from '../../core/commands/command-decision.ts';
import type { Command } from '../../core/commands/command-request.ts';
import { bodyOf } from '../../core/commands/commit-body.ts';
import { recordAt } from '../../ports/at-snapshot.ts';
import type { CommitDraft, DesiredState, Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { type CatalogAndPolicy, readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { digestTrailer, requestTrailer } from './requests.ts';
import type { Decide } from './write-one.ts';

export type CommandAsk = {
  readonly agent: AgentId;
  readonly command: Command;
  /** who asks, in one line: a person, or `platform/NAME` */
  readonly by: string;
  /** the idempotency key; null where the request is never repeated */
  readonly request: string | null;
};
/** of `by` for a program that holds a token of the platform */
export const platformPrefix = 'platform/';
export type CommandTip = CatalogAndPolicy & { readonly main: Snapshot; readonly nowMs: number };

/** A single command. */
export function commandOnTip(ports: Pick<Ports, 'state' | 'clock'>, ask: CommandAsk): Decide {
  return async (main) => {
    const tip = { main, ...(await readCatalogAndPolicy(main)), nowMs: ports.clock.now() };
    const decision = await decideOnTip(ports.state, tip, ask);
    if (decision.kind !== 'write') return decision;
    const { lost, notes } = decision;
    return { kind: 'write', draft: commandDraft(ask, decision), lost, notes };
  };
}

/** @param written the agent's file after earlier commands of the same push */
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
  // Start, stop and config do not depend on the record.
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

/** A commit without a change that records the request's key. */
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
  const { command, request, by } = ask;
  const cause = ['Aura-Cause', command.command] as const;
  const asked = by.startsWith(platformPrefix) ? [cause, ['Aura-By', by] as const] : [cause];
  if (request === null) return asked;
  return [...asked, [requestTrailer, request], [digestTrailer, requestDigest(ask)]];
}

/** A digest of what was asked for, equal for every try. */
export function requestDigest({ agent, command }: CommandAsk): string {
  return digest({ agent, command }, 32);
}
