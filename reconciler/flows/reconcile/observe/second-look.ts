/**
 * Devices and states that many records speak of and a whole listing lacks are looked up singly, some
 * of them, before anybody believes that they are gone: else one wrong answer would have the whole
 * fleet join the tailnet anew. Where they really are gone, they are repaired, some at a time.
 */
import type { Policy } from '../../../core/agent/policy.ts';
import type { Observed, PartialReason } from '../../../core/fleet/observed.ts';
import { agentStateKey } from '../../../core/fleet/observed.ts';
import { isImplausible } from '../../../core/fleet/plausible.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import { listed, type TickPorts } from './listed.ts';

type Seen = Pick<Observed, 'devices' | 'states'>;

/** Why a listing cannot be believed; empty where both can. */
export async function secondLook(
  ports: TickPorts,
  { records, policy }: { readonly records: readonly AgentRecord[]; readonly policy: Policy },
  seen: Seen,
): Promise<readonly PartialReason[]> {
  const live = records.filter(({ gone, server }) => gone === undefined && server !== undefined);
  const nodes = live.flatMap(({ tailnet }) => (tailnet === undefined ? [] : [tailnet.nodeId]));
  const keys = live.map(({ name }) => agentStateKey(policy.fleet, name));
  const there = {
    devices: new Set(seen.devices.map(({ nodeId }) => nodeId)),
    states: new Set(seen.states.map(({ key }) => key)),
  };
  const doubts = await Promise.all([
    doubtOf(policy, {
      source: 'devices',
      known: nodes,
      there: there.devices,
      isThere: async (node) => (await ports.tailnet.device(node)) !== null,
    }),
    doubtOf(policy, {
      source: 'states',
      known: keys,
      there: there.states,
      isThere: async (key) => (await ports.states.read(key)) !== null,
    }),
  ]);
  return doubts.flat();
}

type Question = {
  readonly source: 'devices' | 'states';
  readonly known: readonly string[];
  readonly there: ReadonlySet<string>;
  isThere(id: string): Promise<boolean>;
};

const looksMax = 5;

async function doubtOf(
  policy: Policy,
  { source, known, there, isThere }: Question,
): Promise<readonly PartialReason[]> {
  const missing = known.filter((id) => !there.has(id)).sort();
  if (!isImplausible(missing.length, known.length, policy)) return [];
  const looked = await listed(async () => {
    const found: string[] = [];
    for (const id of spread(missing)) if (await isThere(id)) found.push(id);
    return { items: found, partial: [] };
  }, source);
  const [found] = looked.items;
  if (found === undefined) return looked.partial;
  const detail = `${missing.length} of ${known.length} recorded ones are not in the listing, and ${found} is there all the same`;
  return [{ source, detail }];
}

/** The first, the last, and some between them. */
function spread(ids: readonly string[]): readonly string[] {
  const looks = Math.min(looksMax, ids.length);
  const step = looks > 1 ? (ids.length - 1) / (looks - 1) : 0;
  return Array.from({ length: looks }, (_, n) => ids[Math.round(n * step)] ?? '');
}
