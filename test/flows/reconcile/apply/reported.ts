/** The status of an agent: the conditions of its record, and the alarms that it raises. */
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../../../reconciler/core/agent/agent-file.ts';
import { alarmsOf } from '../../../../reconciler/core/alarms/alarms.ts';
import { nothingElse } from '../../../builders/alarm-input.ts';
import { idNo } from '../../../builders/world.ts';
import { fileText, recordOf } from '../../../fakes/agents.ts';
import { oidOf } from '../../../fakes/git.ts';
import type { FakeWorld } from '../../../fakes/world.ts';

/** As text, e.g. `condition Retrying`, `alarm EndedButBilled`; sorted. */
export function reportedOf(world: FakeWorld, n: number): readonly string[] {
  const path = agentPath(idNo(n));
  const text = fileText(world, n);
  const record = recordOf(world, n);
  const files = text === null ? [] : [parseAgentFile({ path, oid: oidOf(text), text })];
  const records = record === null ? [] : [{ kind: 'valid' as const, id: idNo(n), path, record }];
  const input = { policy: world.policy, files, records, ...nothingElse };
  return [
    ...(record?.conditions ?? []).map(({ type }) => `condition ${type}`),
    ...alarmsOf(input, world.time.now()).map(({ kind }) => `alarm ${kind}`),
  ].sort();
}
