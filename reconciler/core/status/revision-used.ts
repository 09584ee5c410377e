/**
 * Finds a file that was edited by hand to a revision that was used before. Failures under that
 * revision count, so that the server may never be created. Commands never set such a revision.
 */
import { type Agent, shouldRun } from '../agent/agent.ts';
import { isKindThat } from '../fleet/change-kinds.ts';
import { isGivenUp } from '../fleet/receipts.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { nextRevision } from '../fleet/revisions.ts';

/** The message for a person; null if no failure of an earlier use counts. */
export function revisionUsed(agent: Agent, record: AgentRecord): string | null {
  const { revision } = agent.spec;
  const { chosen, server, attempts } = record;
  if (!shouldRun(agent) || chosen === undefined || chosen.revision === revision) return null;
  // A server of a later revision stays as it is: `RevisionBehind`.
  if (server !== undefined && revision < chosen.revision) return null;
  const last = attempts.findLast(
    (one) =>
      one.revision === revision &&
      isKindThat(one.change, 'countsAsAttempt') &&
      one.outcome !== 'superseded',
  );
  if (last?.outcome !== 'failed' && !isGivenUp(record, revision)) return null;
  const next = nextRevision(revision, record);
  return `revision ${revision} was used before, and what failed under it counts; revision ${next} begins again`;
}
