/**
 * Accidents that would end many agents at once, each in the world of the first run that could end
 * them: whether the product's plan ends one of them.
 */

import type { AgentFile, AgentSpec } from '../../../reconciler/core/agent/agent.ts';
import { parseAgentFile, renderAgent } from '../../../reconciler/core/agent/agent-file.ts';
import type { Policy } from '../../../reconciler/core/agent/policy.ts';
import { desire } from '../../../reconciler/core/billing/desire.ts';
import { withEnding } from '../../../reconciler/core/fleet/ending.ts';
import { readingOf } from '../../../reconciler/core/fleet/plausible.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { endsAServer } from '../../../reconciler/core/plan/destroy-budget.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  agentNo,
  at,
  catalogOf,
  catalogText,
  convergedWorld,
  fileNo,
  idNo,
  nowMs,
  recordNo,
  subscriptionNo,
  wholeReading,
} from '../../builders/world.ts';
import { subscription } from '../../fakes/billing.ts';

type Fleet = { readonly world: World; readonly agents: number };
type Valid = AgentFile & { readonly kind: 'valid' };

/** More than a grace lies between the tombstones and this run. */
const seenMinutes = -90;
/** A series of commits over most of an hour, as by a paced resync or a script. */
const spreadMinutes = 50;

const numbers = (n: number) => Array.from({ length: n }, (_, place) => place + 1);
const removed = (n: number): Partial<AgentSpec> => ({
  retired: {
    at: at(seenMinutes),
    by: 'person',
    reason: 'its file was removed',
    cites: `${n}`.padStart(40, '0'),
  },
});
const endedByStripe: Partial<AgentSpec> = {
  access: { state: 'ended', since: at(seenMinutes) },
  retired: { at: at(seenMinutes), by: 'stripe', reason: 'canceled' },
};

export const accidents: Readonly<Record<string, (fleet: Fleet) => World>> = {
  /** one commit removes every file */
  'emptied folder': ({ world }) => judged({ ...world, files: [] }),
  /** a commit each, which finalize answers with a tombstone each */
  'files removed one by one': (fleet) => asked(fleet, fleet.agents, removed),
  /** a key of another account for which every subscription has ended */
  'wrong account': (fleet) => asked(fleet, fleet.agents, () => endedByStripe),
  /** resync computes every file by a catalog in which no product is one of Stripe's */
  'catalog that names no plan': ({ world, agents }) => {
    const catalog = catalogOf(catalogText.replaceAll('prod_', 'prod_Other'));
    const files = numbers(agents).map((n) => resynced(n, catalog, world.policy));
    return judged({ ...world, files });
  },
  /** the records name servers and agents that are not in this project */
  'status branch of another fleet': ({ world, agents }) => {
    const records = numbers(agents).map((n) => recordNo(n + agents));
    return judged({ ...world, records });
  },
  /** half of the creates are reverted, a commit each */
  'mass revert': (fleet) => asked(fleet, Math.ceil(fleet.agents / 2), removed),
  /** a script raises the revision of each agent in a commit of its own */
  'mass reprovision': (fleet) => asked(fleet, fleet.agents, () => ({ revision: 2 })),
  /** the fewest that are a burst */
  'one more than a burst': (fleet) => asked(fleet, burstOf(fleet) + 1, removed),
  /** three agents, and one commit */
  'one commit that retires three': (fleet) => ({
    ...asked(fleet, 3, removed),
    unprovenAlone: new Set<string>(numbers(3).map(idNo)),
  }),
};

type AccidentFigures = {
  readonly accidentsRefused: number;
  readonly accidentsPassed: number;
  /** by name, those that ended an agent */
  readonly passed: readonly string[];
};

export function haveAccidents(agents: number, policy: Policy): AccidentFigures {
  const fleet: Fleet = { agents, world: convergedWorld(agents, { policy }) };
  const passed = Object.entries(accidents)
    .filter(([, happen]) => planOf(happen(fleet)).changes.some(endsAServer))
    .map(([name]) => name);
  const accidentsRefused = Object.keys(accidents).length - passed.length;
  return { accidentsRefused, accidentsPassed: passed.length, passed };
}

/** The first `count` agents are retired, which was seen over most of an hour. */
function asked({ world }: Fleet, count: number, spec: (n: number) => Partial<AgentSpec>): World {
  const files = world.files.map((file, place) =>
    place < count ? fileNo(place + 1, spec(place + 1)) : file,
  );
  const records = world.records.map((record, place) => {
    const file = files[place];
    if (place >= count || file?.kind !== 'valid') return record;
    const minutes = seenMinutes - Math.floor((spreadMinutes * place) / count);
    return withEnding(record, file.agent.spec, nowMs + minutes * 60_000);
  });
  return { ...world, files, records };
}

/** The same with the run's conclusions from its reading. */
function judged(world: World): World {
  const reading = readingOf({ ...world, ...wholeReading });
  return { ...world, observed: { ...world.observed, reading } };
}

function resynced(n: number, catalog: World['catalog'], policy: Policy): Valid {
  const before = fileNo(n);
  const text = renderAgent(agentNo(n));
  const desired = desire({
    file: { path: before.path, oid: before.oid, text },
    subscription: subscription(subscriptionNo(n), `cus_Test${n}`),
    catalog,
    policy,
    nowMs,
    removal: null,
  });
  const next = desired.kind === 'write' ? desired.text : text;
  const file = parseAgentFile({ path: before.path, oid: before.oid, text: next });
  if (file.kind !== 'valid') throw new Error(`a resync made ${before.path} invalid`);
  return file;
}

function burstOf({ world: { policy }, agents }: Fleet): number {
  const { burstCount, burstPercent, missingCountMax, missingPercentMax } = policy.limits;
  const share = (percent: number) => Math.floor((agents * percent) / 100);
  return Math.min(
    Math.max(burstCount, share(burstPercent)),
    Math.max(missingCountMax, share(missingPercentMax)),
  );
}
