/**
 * Years of an ordinary fleet: customers leave, some agents are reprovisioned, events are late once
 * a month. Runs follow a schedule; each ends what the product's own limits let through
 * (core/plan/ends-limit). A person looks twice a day and approves what is refused.
 */
import type { Randomness } from '../../../local-cloud/randomness.ts';
import type { AgentFile } from '../../../reconciler/core/agent/agent.ts';
import type { Policy } from '../../../reconciler/core/agent/policy.ts';
import { graceEndMs, withEnding } from '../../../reconciler/core/fleet/ending.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import { withoutServer } from '../../../reconciler/core/fleet/server-facts.ts';
import type { Change } from '../../../reconciler/core/fleet/situation.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { type LimitedEnds, limitEnds } from '../../../reconciler/core/plan/ends-limit.ts';
import { approvalEntryOf, serverOf } from '../../../reconciler/core/plan/granted.ts';
import { fileNo, recordNo, serverNo, worldOf } from '../../builders/world.ts';

export const shapes = ['even', 'firstOfMonth'] as const;
export type Shape = (typeof shapes)[number];
type YearInput = {
  readonly agents: number;
  readonly shape: Shape;
  readonly policy: Policy;
  readonly random: Randomness;
};
type YearFigures = {
  readonly ends: number;
  /** how often a person had to approve */
  readonly approvals: number;
  /** days on which something was refused */
  readonly daysBlocked: number;
  /** ends more than 23 hours after the request on `main` */
  readonly overdue23h: number;
  readonly oldestHours: number;
  /** ends that came more than a run's distance after the time that a plan had announced last */
  readonly promisedWrong: number;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const monthMs = 365 * (dayMs / 12);
/** Of all agents, in a month. */
const churn = { retire: 0.05, replace: 0.01 } as const;
const onTheFirst = 0.3;
/** The interval of runs, in minutes: fifteen, and the delays of the Forge. */
const runMinutes = { least: 10, most: 35 } as const;

type Kind = keyof typeof churn;
type Asked = {
  readonly n: number;
  readonly kind: Kind;
  readonly atMs: number;
  readonly file: AgentFile & { readonly kind: 'valid' };
  record: AgentRecord;
  /** by the plan that announced it last; null where none did */
  promisedMs: number | null;
};

export function playYear(input: YearInput): YearFigures {
  const arrivals = arrivalsOf(input);
  const servers = Array.from({ length: input.agents }, () => serverNo(1));
  const pending = new Set<Asked>();
  const ended: { readonly record: AgentRecord; readonly atMs: number }[] = [];
  const figures = { ends: 0, approvals: 0, overdue23h: 0, oldestMs: 0, promisedWrong: 0 };
  const blocked = new Set<number>();
  let approvals: World['approvals'] = [];
  let next = 0;
  let nowMs = arrivals[0]?.atMs ?? 0;
  for (
    let runs = 0;
    runs < arrivals.length * 200 && (next < arrivals.length || pending.size > 0);
    runs += 1
  ) {
    // Where nothing waits, the runs until the next arrival do nothing.
    if (pending.size === 0) nowMs = Math.max(nowMs, arrivals[next]?.atMs ?? nowMs);
    nowMs += between(input.random, runMinutes.least, runMinutes.most) * minuteMs;
    for (let one = arrivals[next]; one !== undefined && one.atMs <= nowMs; one = arrivals[next]) {
      pending.add(one);
      next += 1;
    }
    const isRecent = ({ atMs }: { readonly atMs: number }) => atMs >= nowMs - 2 * dayMs;
    const recent = ended.findIndex(isRecent);
    ended.splice(0, recent < 0 ? ended.length : recent);
    const world = worldAt({ ...input, pending, ended, approvals, nowMs, servers });
    const due = dueChanges(pending, world);
    const limited = limitEnds(due, world);
    const passed = passedOf(due, limited);
    if (limited.refused.length > 0) {
      blocked.add(Math.floor(nowMs / dayMs));
      if (isLookedAt(input.random)) {
        figures.approvals += 1;
        approvals = [
          approvalOf(
            limited.refused.map(({ change }) => change),
            figures.approvals,
          ),
        ];
      }
    }
    tell(limited, pending);
    for (const one of [...pending].filter(({ n }) => passed.has(n))) {
      const atMs = nowMs + between(input.random, 1, 8) * minuteMs;
      pending.delete(one);
      ended.push({ record: endedRecord(one, atMs), atMs });
      const ageMs = atMs - one.atMs;
      figures.ends += 1;
      figures.oldestMs = Math.max(figures.oldestMs, ageMs);
      if (ageMs > 23 * hourMs) figures.overdue23h += 1;
      if (one.promisedMs !== null && atMs > one.promisedMs + (runMinutes.most + 10) * minuteMs)
        figures.promisedWrong += 1;
    }
  }
  const { oldestMs, ...rest } = figures;
  if (pending.size > 0) throw new Error(`${pending.size} ends never came`);
  return { ...rest, daysBlocked: blocked.size, oldestHours: Math.round(oldestMs / 360_000) / 10 };
}

/** When each end is requested on `main`: by a month's churn, and late where events were. */
function arrivalsOf({ agents, shape, random }: YearInput): readonly Asked[] {
  const asked: Asked[] = [];
  const startMs = Date.parse('2026-01-01T00:00:00Z');
  for (let month = 0; month < 12; month += 1) {
    const beginMs = startMs + month * monthMs;
    const outageMs = beginMs + random.below(30) * dayMs + random.below(24) * hourMs;
    const backMs = outageMs + (1 + random.below(24)) * hourMs;
    for (const kind of ['retire', 'replace'] as const) {
      for (let count = drawn(agents * churn[kind], random); count > 0; count -= 1) {
        const isFirst = shape === 'firstOfMonth' && random.below(1000) < onTheFirst * 1000;
        const meantMs = beginMs + random.below(isFirst ? hourMs : monthMs);
        const isLate = kind === 'retire' && meantMs >= outageMs && meantMs < backMs;
        asked.push(askedAt(asked.length + 1, kind, isLate ? backMs : meantMs));
      }
    }
  }
  return asked.sort((a, b) => a.atMs - b.atMs);
}

/** A count around the mean, as independent customers make it. */
function drawn(mean: number, random: Randomness): number {
  let count = 0;
  // Each of many: close to a Poisson distribution.
  for (let trial = 0; trial < mean * 20; trial += 1) if (random.below(20) === 0) count += 1;
  return count;
}

function askedAt(n: number, kind: Kind, atMs: number): Asked {
  const at = new Date(atMs).toISOString();
  const retired = { at, by: 'stripe', reason: 'canceled' } as const;
  const spec =
    kind === 'retire'
      ? { retired, access: { state: 'ended', since: at } as const }
      : { revision: 2 };
  return { n, kind, atMs, file: fileNo(n, spec), record: recordNo(n), promisedMs: null };
}

function worldAt({
  agents: _agents,
  ...now
}: YearInput & {
  readonly pending: ReadonlySet<Asked>;
  readonly ended: readonly { readonly record: AgentRecord }[];
  readonly approvals: World['approvals'];
  readonly nowMs: number;
  readonly servers: World['observed']['servers'];
}): World {
  const { pending, ended, approvals, nowMs, policy, servers } = now;
  for (const one of pending) one.record = withEnding(one.record, one.file.agent.spec, nowMs);
  const records = [
    ...[...pending].map(({ record }) => record),
    ...ended.map(({ record }) => record),
  ];
  const files = [...pending].map(({ file }) => file);
  return worldOf({ files, records, approvals, nowMs, policy }, { servers });
}

function dueChanges(pending: ReadonlySet<Asked>, world: World): readonly Change[] {
  return [...pending].flatMap((one): readonly Change[] => {
    const { file, record, kind, n } = one;
    const head = {
      agent: file.id,
      basis: { path: file.path, file: file.oid, record: 'none' },
      because: 'churn',
    };
    const server = String(1000 + n);
    const approved = approvalOfAgent(world, file.id);
    if (kind === 'replace') {
      const { chosen } = record;
      if (chosen === undefined) return [];
      const maker = {
        customer: '',
        choice: chosen,
        monthlyCost: 5,
        since: record.ending?.seen ?? '',
      };
      return [{ kind, ...head, ...maker, server, ...approved }];
    }
    if (world.nowMs < graceEndMs(file.agent.spec, record, world)) return [];
    const rest = {
      by: 'stripe',
      servers: [server],
      devices: [],
      addresses: [],
      state: true,
    } as const;
    return [
      {
        kind,
        ...head,
        ...rest,
        servers: [...rest.servers],
        devices: [],
        addresses: [],
        ...approved,
      },
    ];
  });
}

function approvalOfAgent({ approvals }: World, agent: string): { approval?: string } {
  const found = approvals.find(({ approval }) =>
    approval.entries.some((entry) => entry.agent === agent),
  );
  return found === undefined ? {} : { approval: found.path };
}

function approvalOf(changes: readonly Change[], count: number): World['approvals'][number] {
  const entries = changes.flatMap((change) => approvalEntryOf(change) ?? []);
  const path = `approvals/${count}.yaml`;
  return { path, approval: { apiVersion: 'aura.dev/v1', kind: 'Approval', entries } };
}

/** The numbers of those that run now: approved ones, and those within the limits. */
function passedOf(due: readonly Change[], limited: LimitedEnds): ReadonlySet<number> {
  const held = new Set<Change>(
    [...limited.refused, ...limited.deferred].map(({ change }) => change),
  );
  for (const change of limited.replaces) if (limited.takeReplace(change) !== null) held.add(change);
  const passed = due.filter((change) => !held.has(change));
  return new Set(passed.map((change) => Number(serverOf(change)) - 1000));
}

function tell({ deferred }: LimitedEnds, pending: ReadonlySet<Asked>): void {
  const promised = new Map(deferred.map(({ change, freeAt }) => [change.agent, freeAt]));
  for (const one of pending) {
    const freeAt = promised.get(one.file.id);
    if (freeAt !== undefined) one.promisedMs = Date.parse(freeAt);
  }
}

function endedRecord({ record, kind, n }: Asked, atMs: number): AgentRecord {
  const at = new Date(atMs).toISOString();
  return withoutServer(record, { at, server: String(1000 + n), kind });
}

/** A person looks at what is refused about twice a day. */
function isLookedAt(random: Randomness): boolean {
  return random.below(32) === 0;
}

function between(random: Randomness, least: number, most: number): number {
  return least + random.below(most - least + 1);
}
