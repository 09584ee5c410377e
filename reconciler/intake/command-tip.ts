/** A command decided on one tip of `main`, as a commit, or why there is none. */

import { decideCommand } from '../core/commands/command.ts';
import type { Command } from '../core/commands/command-request.ts';
import { type CommandDecision, refused } from '../core/commands/wish.ts';
import { type AgentId, agentPath } from '../core/desired/agent.ts';
import { recordIn } from '../core/world/record-file.ts';
import type { AgentRecord } from '../core/world/recorded.ts';
import type { CommitDraft, DesiredState, Snapshot } from '../ports.ts';
import type { CatalogAndPolicy } from '../read-catalog.ts';
import { requestTrailer } from './requests.ts';

export type CommandAsk = {
  readonly agent: AgentId;
  readonly command: Command;
  /** who asks, in one line */
  readonly by: string;
  /** the same key again is the same request; null where nobody would ask again */
  readonly request: string | null;
};
export type CommandTip = CatalogAndPolicy & { readonly main: Snapshot; readonly nowMs: number };

/** @param written the agent's file as an earlier command of the same push leaves it */
export async function decideOnTip(
  state: Pick<DesiredState, 'fetch'>,
  tip: CommandTip,
  { agent, command }: CommandAsk,
  written: string | undefined,
): Promise<CommandDecision> {
  const path = agentPath(agent);
  const found = await tip.main.read(path);
  if (found === null) return refused('NotFound', `there is no agent ${agent}`);
  const file = { path, oid: found.oid, text: written ?? found.text };
  // Start, stop and settings are decided without the record: nothing of them hangs on it.
  const looks = !['start', 'stop', 'config'].includes(command.command);
  const record = looks ? await readRecord(state, agent) : null;
  const { catalog, policy, nowMs } = tip;
  return decideCommand({ file, record, command, catalog, policy, nowMs });
}

/** An unreadable record throws: what would be said about the data would be a guess. */
export async function readRecord(
  state: Pick<DesiredState, 'fetch'>,
  agent: AgentId,
): Promise<AgentRecord | null> {
  const status = await state.fetch('status');
  return recordIn(agent, (await status?.read(agentPath(agent)))?.text ?? null);
}

export function commandDraft(
  { agent, command, by, request }: CommandAsk,
  decision: Extract<CommandDecision, { readonly kind: 'write' }>,
): CommitDraft {
  const { subject, text } = decision;
  return {
    subject: `${agent}: ${subject}`,
    body: bodyOf({ by, reason: command.reason, lost: decision.lost }),
    trailers: [
      ['Aura-Cause', command.command],
      ...(request === null ? [] : [[requestTrailer, request] as const]),
    ],
    edits: [{ path: agentPath(agent), text }],
  };
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
