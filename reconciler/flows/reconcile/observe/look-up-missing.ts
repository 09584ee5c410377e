/**
 * Looks up recorded resources that a complete listing lacks, before they count as gone. A server
 * that lost its fleet label still exists and must not be created again; one wrong listing of
 * devices or states would make the whole fleet join again or be imported.
 */
import type { Policy } from '../../../core/agent/policy.ts';
import {
  agentStateKey,
  type Observed,
  type ObservedServer,
  type PartialReason,
} from '../../../core/fleet/observed.ts';
import { isImplausible, missingLookedUpMax } from '../../../core/fleet/plausible.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import { type Listed, listed, type ObservePorts } from './listed.ts';

type Missing = {
  readonly found: readonly ObservedServer[];
  /** why a listing cannot be trusted */
  readonly partial: readonly PartialReason[];
};

export async function lookUpMissing(
  { cloud, tailnet, states }: ObservePorts,
  { records, policy }: { readonly records: readonly AgentRecord[]; readonly policy: Policy },
  seen: Pick<Observed, 'servers' | 'devices' | 'states'>,
): Promise<Missing> {
  const live = records.filter(({ gone, server }) => gone === undefined && server !== undefined);
  const servers = live.flatMap(({ server }) => (server === undefined ? [] : [server.id]));
  const nodes = live.flatMap((record) => record.tailnet?.nodeId ?? []);
  const keys = live.map(({ name }) => agentStateKey(policy.fleet, name));
  const [found, ...doubts] = await Promise.all([
    foundServers(cloud, without(servers, new Set(seen.servers.map(({ id }) => id)))),
    doubtOf(policy, {
      source: 'devices',
      known: nodes,
      missing: without(nodes, new Set(seen.devices.map(({ nodeId }) => nodeId))),
      isThere: async (node) => (await tailnet.device(node)) !== null,
    }),
    doubtOf(policy, {
      source: 'states',
      known: keys,
      missing: without(keys, new Set(seen.states.map(({ key }) => key))),
      isThere: async (key) => (await states.read(key)) !== null,
    }),
  ]);
  return { found: found.items, partial: [...found.partial, ...doubts.flat()] };
}

function without(known: readonly string[], listed: ReadonlySet<string>): readonly string[] {
  return known.filter((id) => !listed.has(id)).sort();
}

/** Where too many are missing to look up, `readingOf` rejects the listing. */
async function foundServers(
  cloud: ObservePorts['cloud'],
  missing: readonly string[],
): Promise<Listed<ObservedServer>> {
  if (missing.length > missingLookedUpMax) return { items: [], partial: [] };
  return listed('servers', async () => {
    const found = await Promise.all(missing.map((id) => cloud.server(id)));
    return found.filter((server) => server !== null);
  });
}

type Question = {
  readonly source: 'devices' | 'states';
  readonly known: readonly string[];
  readonly missing: readonly string[];
  isThere(id: string): Promise<boolean>;
};

const looksMax = 5;

/** Where implausibly many are missing, some are looked up: one that exists refutes the listing. */
async function doubtOf(
  policy: Policy,
  { source, known, missing, isThere }: Question,
): Promise<readonly PartialReason[]> {
  if (!isImplausible(missing.length, known.length, policy)) return [];
  const looked = await listed(source, async () => {
    const found: string[] = [];
    for (const id of spread(missing)) if (await isThere(id)) found.push(id);
    return found;
  });
  const [found] = looked.items;
  if (found === undefined) return looked.partial;
  const detail = `${missing.length} of ${known.length} recorded ones are not listed, but ${found} still exists`;
  return [{ source, detail }];
}

/** The first, the last, and some between them, evenly spaced. */
function spread(ids: readonly string[]): readonly string[] {
  const looks = Math.min(looksMax, ids.length);
  const step = looks > 1 ? (ids.length - 1) / (looks - 1) : 0;
  return Array.from({ length: looks }, (_, n) => ids[Math.round(n * step)] ?? '');
}
