/** Reverts the change of one commit to one agent's file, decided on the tip (`aura revert`). */

import { type AgentId, agentPath } from '../../core/agent/agent.ts';
import { bodyOf } from '../../core/commands/commit-body.ts';
import type { LogEntry } from '../../core/commands/history.ts';
import { decideRevert } from '../../core/commands/revert.ts';
import { Failure } from '../../core/failure.ts';
import { recordAt } from '../../ports/at-snapshot.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DesiredState } from '../../ports/desired-state.ts';
import { isOwnRemoval } from '../shared/read-removal.ts';
import type { Decide } from './write-one.ts';

type RevertAsk = {
  /** a commit on `main`, at least 7 characters of its id */
  readonly commit: string;
  readonly agent: AgentId;
  readonly by: string;
  readonly reason: string | null;
};
type RevertPorts = {
  readonly state: Pick<DesiredState, 'fetch' | 'log' | 'textAt'>;
  readonly clock: Pick<Clock, 'now'>;
};

/** How many commits are searched. */
const scannedUsually = 100_000;

export function revertOnTip(
  { state, clock }: RevertPorts,
  ask: RevertAsk,
  scannedMax = scannedUsually,
): Decide {
  const { agent, by, reason } = ask;
  const path = agentPath(agent);
  return async (main) => {
    const { found, parent } = await findCommit(state, ask.commit, scannedMax);
    const { commit } = found;
    const [before, after, tip] = await Promise.all([
      parent === null ? null : state.textAt(parent, path),
      state.textAt(commit, path),
      main.read(path),
    ]);
    const file = tip === null ? null : { path, ...tip };
    const cause = found.trailers.findLast(([name]) => name === 'Aura-Cause')?.[1] ?? null;
    const record = await recordAt(await state.fetch('status'), agent);
    const own = after === null && (await isOwnRemoval(state, { path, cause, text: before }));
    const nowMs = clock.now();
    const decision = decideRevert({ path, commit, own, before, after, tip: file, record, nowMs });
    if (decision.kind !== 'write') return decision;
    const { subject, text, lost, notes } = decision;
    const draft = {
      subject: `${agent}: ${subject}`,
      body: `This reverts what commit ${commit} did to it.\n${bodyOf({ by, reason, lost })}`,
      trailers: [['Aura-Cause', 'revert'] as const, ['Aura-Cites', commit] as const],
      edits: [{ path, text }],
    };
    return { kind: 'write', draft, lost, notes };
  };
}

/**
 * Searches first-parent history, where the next older commit is the parent. One more commit is
 * read: without it the last one would look like the first of all.
 */
async function findCommit(
  state: RevertPorts['state'],
  name: string,
  scannedMax: number,
): Promise<{ readonly found: LogEntry; readonly parent: string | null }> {
  const read = await state.log('main', scannedMax + 1);
  const entries = read.slice(0, scannedMax);
  const places = entries.flatMap(({ commit }, place) => (commit.startsWith(name) ? [place] : []));
  const [place, another] = places;
  if (another !== undefined)
    throw new Failure(
      'InvalidInput',
      `${name} matches ${places.length} commits: give more characters`,
    );
  const found = place === undefined ? undefined : entries[place];
  if (place === undefined || found === undefined)
    throw new Failure('NotFound', `main has no commit ${name} among its last ${entries.length}`);
  return { found, parent: read[place + 1]?.commit ?? null };
}
