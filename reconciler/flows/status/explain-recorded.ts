/**
 * Explains an agent from the agents repository alone: its file, its record, catalog, policy and a
 * the stop. Nothing else is looked at, which the explanation says.
 */
import { type AgentId, agentPath } from '../../core/agent/agent.ts';
import { Failure } from '../../core/failure.ts';
import { planOf } from '../../core/plan/plan.ts';
import { notLookedAt, worldAsRecorded } from '../../core/status/as-recorded.ts';
import { type Explanation, explainAgent } from '../../core/status/explain.ts';
import { agentFileAt, recordAt } from '../../ports/at-snapshot.ts';
import type { DesiredState } from '../../ports/desired-state.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';

/** null if the agent has no file and no record. */
export async function explainRecorded(
  source: Pick<DesiredState, 'fetch' | 'stop'>,
  id: AgentId,
  nowMs: number,
): Promise<Explanation | null> {
  const [main, status] = [await source.fetch('main'), await source.fetch('status')];
  if (main === null) throw new Failure('NotFound', 'there is no branch main');
  const { catalog, policy } = await readCatalogAndPolicy(main);
  const [file, record] = [await agentFileAt(main, agentPath(id)), await recordAt(status, id)];
  const world = worldAsRecorded({
    ...{ nowMs, catalog, policy, file, record },
    main: main.commit,
    status: status?.commit ?? null,
    stop: await source.stop(),
  });
  const explanation = explainAgent(world, planOf(world), id);
  if (explanation === null) return null;
  const withoutRecords = status === null ? ['records: there is no branch status here'] : [];
  return { ...explanation, notLookedAt: [...withoutRecords, ...notLookedAt] };
}
