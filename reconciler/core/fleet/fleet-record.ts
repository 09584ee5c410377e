/**
 * The fleet's record, `fleet.yaml` on branch `status`: the ids of the shared firewalls,
 * conditions of the whole fleet, the last resync, prices, the last creates, and what else the quotas
 * count. Parses and renders it.
 */
import { stringify } from 'yaml';
import type { FleetRecord } from '../../../schemas/generated/fleet.ts';
import { canonicalJson } from '../agent/digest.ts';
import { explainProblems, parseYaml } from '../agent/document.ts';
import { Failure } from '../failure.ts';
import { cut } from '../text/cut.ts';
import type { PriceList } from './price-list.ts';

export type { FleetRecord };
/** Hetzner's ids of the shared firewalls, by role. */
export type FleetIds = NonNullable<FleetRecord['firewalls']>;

export type FleetFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'valid'; readonly record: FleetRecord }
  | { readonly kind: 'invalid'; readonly why: string };

export const fleetPath = 'fleet.yaml';

/** `text` is null if branch `status` has no such file, or does not exist. */
export function parseFleetFile(text: string | null): FleetFile {
  if (text === null) return { kind: 'absent' };
  const parsed = parseYaml('fleet', { path: fleetPath, text });
  if (parsed.ok) return { kind: 'valid', record: parsed.value };
  return { kind: 'invalid', why: explainProblems(parsed.problems) };
}

/**
 * null if there is none. A file that cannot be read is a Failure: if it counted as absent, any
 * project whose firewalls have the right names would be accepted.
 */
export function fleetRecordOf(file: FleetFile): FleetRecord | null {
  if (file.kind === 'absent') return null;
  if (file.kind === 'valid') return file.record;
  const message = `${fleetPath} on branch status cannot be read: ${file.why}`;
  throw new Failure('UnexpectedAnswer', message, { errorClass: 'stalled' });
}

export function newFleetRecord(part: Pick<FleetRecord, 'begun' | 'firewalls'>): FleetRecord {
  return { apiVersion: 'aura.dev/v1', kind: 'FleetStatus', ...part };
}

export type FleetCondition = NonNullable<FleetRecord['conditions']>[number];

/**
 * The record with this condition, or without it if `message` is null. A condition that exists keeps
 * its time and, unless it renews, its message, so that the record is written only when it appears
 * or disappears.
 */
export function withFleetCondition(
  record: FleetRecord | null,
  type: FleetCondition['type'],
  found: {
    readonly message: string | null;
    readonly at: string;
    readonly agents?: readonly string[];
    readonly renews?: true;
  },
): FleetRecord {
  const { conditions = [], ...rest } = record ?? newFleetRecord({});
  const others = conditions.filter((one) => one.type !== type);
  const before = conditions.find((one) => one.type === type);
  const { agents = [] } = found;
  const fresh = {
    ...{ type, since: found.at, message: cut(found.message ?? '', 1000) },
    ...(agents.length > 0 && { agents: [...agents] }),
  };
  const kept = before !== undefined && found.renews ? { ...fresh, since: before.since } : before;
  const now = found.message === null ? others : [...others, kept ?? fresh];
  return now.length === 0 ? rest : { ...rest, conditions: now };
}

/** The record with these prices; the time stays where they have not changed. */
export function withPrices(
  record: FleetRecord,
  { prices, at }: { readonly prices: PriceList; readonly at: string },
): FleetRecord {
  const { at: since, ...known } = record.prices ?? { at: '' };
  const same = since !== '' && canonicalJson(known) === canonicalJson(prices);
  return same ? record : { ...record, prices: { at, ...prices } };
}

/** The record with exactly these kinds of mail; one that it has keeps its time. */
export function withMailKinds(
  record: FleetRecord,
  {
    kinds,
    at,
  }: {
    readonly kinds: readonly (keyof NonNullable<FleetRecord['mailSince']>)[];
    readonly at: string;
  },
): FleetRecord {
  const { mailSince = {}, ...rest } = record;
  const since = [...kinds].sort().map((kind) => [kind, mailSince[kind] ?? at] as const);
  return since.length === 0 ? rest : { ...rest, mailSince: Object.fromEntries(since) };
}

/** YAML with the keys in a fixed order. */
export function renderFleetRecord(record: FleetRecord): string {
  const { apiVersion, kind, begun, firewalls, builders, conditions, resync, prices } = record;
  const { provisions, mailSince, others, actionsMinutes } = record;
  const ids = firewalls && idsInOrder(firewalls);
  const known = conditions?.map(({ type, since, message, agents }) => {
    return { ...{ type, since, message }, ...(agents && { agents }) };
  });
  const fields = {
    apiVersion,
    kind,
    ...(begun && { begun }),
    ...(ids && { firewalls: ids }),
    ...(resync && { resync: { at: resync.at, catalog: resync.catalog, policy: resync.policy } }),
    ...(mailSince && { mailSince: Object.fromEntries(Object.entries(mailSince).sort()) }),
    ...(builders && { builders: builders.map(inOrder) }),
    ...(known && { conditions: known }),
    ...(others && { others: others.map(countsInOrder) }),
    ...(actionsMinutes && { actionsMinutes: minutesInOrder(actionsMinutes) }),
    ...(prices && { prices: pricesInOrder(prices) }),
    ...(provisions && { provisions: provisionsInOrder(provisions) }),
  };
  // No aliases: the parser refuses them.
  return stringify(fields, { lineWidth: 0, aliasDuplicateObjects: false });
}

function countsInOrder({
  at,
  servers,
  primaryIps,
  devices,
}: NonNullable<FleetRecord['others']>[number]) {
  return { at, servers, primaryIps, devices };
}

function minutesInOrder({ since, until, minutes }: NonNullable<FleetRecord['actionsMinutes']>) {
  return { since, until, minutes };
}

function provisionsInOrder(provisions: NonNullable<FleetRecord['provisions']>) {
  const regions = Object.entries(provisions).sort(([a], [b]) => (a < b ? -1 : 1));
  const inOrder = ({ at, agent, seconds, failed }: (typeof provisions)[string][number]) => ({
    ...{ at, agent },
    ...(seconds !== undefined && { seconds }),
    ...(failed !== undefined && { failed }),
  });
  return Object.fromEntries(regions.map(([region, list]) => [region, list.map(inOrder)]));
}

function pricesInOrder({ at, currency, ipv4, types }: NonNullable<FleetRecord['prices']>) {
  const sorted = <Value>(values: Readonly<Record<string, Value>>) =>
    Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  const sizes = sorted(types).map(([name, { diskGb, memoryGb, architecture, monthly }]) => {
    const prices = Object.fromEntries(sorted(monthly));
    return [name, { diskGb, memoryGb, architecture, monthly: prices }] as const;
  });
  const addresses = Object.fromEntries(sorted(ipv4));
  return { at, currency, ipv4: addresses, types: Object.fromEntries(sizes) };
}

/** Without the isolation firewall, if an earlier version has recorded the others. */
function idsInOrder({ base, bootstrap, isolation }: FleetIds): FleetIds {
  return isolation === undefined ? { base, bootstrap } : { base, bootstrap, isolation };
}

function inOrder(builder: NonNullable<FleetRecord['builders']>[number]) {
  const { name, nonce, run, runAttempt, since, until, server, content, ...choice } = builder;
  const { serverType, location, monthlyCost } = choice;
  const known = server === undefined ? {} : { server };
  const lease = { name, nonce, run, runAttempt, since, until, ...known };
  return { ...lease, content, serverType, location, monthlyCost };
}

/** The text of README.md on a new branch `status`. */
export const statusReadme = `What Aura did: a record for each agent and one for the fleet, written by the machine alone. What is
asked for stands on branch main.
`;
