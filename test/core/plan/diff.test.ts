/** Every row of the decision table above `diff`, and their order. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Agent } from '../../../reconciler/core/agent/agent.ts';
import { isolatedTag, labelNames } from '../../../reconciler/core/fleet/observed.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { rows } from '../../../reconciler/core/plan/decision-table.ts';
import { diff, rowOf } from '../../../reconciler/core/plan/diff.ts';
import {
  at,
  attempt,
  catalogOf,
  catalogText,
  convergedWorld,
  deviceNo,
  fileNo,
  idNo,
  labelsNo,
  nonce,
  policyOf,
  recordNo,
  runsSaid,
  seenLongAgo,
  serverNo,
  stateNo,
  unfinishedNo,
  without,
  worldOf,
} from '../../builders/world.ts';

type Spec = Partial<Agent['spec']>;
const ended: Spec = { access: { state: 'ended', since: at(-300) } };
const suspended: Spec = { access: { state: 'suspended', since: at(-300) } };
const retiredLongAgo: Spec = {
  ...ended,
  retired: { at: at(-300), by: 'stripe', reason: 'canceled' },
};
const lease: NonNullable<AgentRecord['lease']> = {
  run: 'run-9',
  runAttempt: 1,
  change: 'create',
  nonce,
  since: at(-30),
  until: at(60),
  step: 'vm',
};
const deadLease = { ...lease, until: at(-5) };
const partial = {
  kind: 'partial',
  reasons: [{ source: 'servers', detail: 'page 2 is missing' }],
} as const;

/** The decision for agent 1: `create`, `power off`, `idle RetryLater`, `finished`, or `nothing`. */
function decided(world: World): string {
  const { changes, idle, finished } = diff(world);
  assert.ok(changes.length + idle.length + finished.length <= 1, 'one decision an agent');
  const [change] = changes;
  if (change !== undefined) {
    if (change.kind === 'power') return `power ${change.to}`;
    if (change.kind === 'repair') return `repair ${change.drifts.join(' ')}`;
    return change.kind;
  }
  if (idle[0] !== undefined) return `idle ${idle[0].reason}`;
  return finished[0] === undefined
    ? 'nothing'
    : `finalized ${finished[0].fileGoes ? 'and the file goes' : 'and the file stays'}`;
}

function one(
  spec: Spec,
  record: AgentRecord | null,
  observed: Partial<World['observed']>,
  part: Partial<World> = {},
): World {
  const records = record === null ? [] : [record];
  return seenLongAgo(worldOf({ files: [fileNo(1, spec)], records, ...part }, observed));
}

const running = { servers: [serverNo(1)], devices: [deviceNo(1)], states: [stateNo(1)] };
/** As a create leaves it before verify: without the label that it ran. */
const unverified = {
  ...running,
  servers: [serverNo(1, { protection: { delete: false, rebuild: false } })],
};
const marked = {
  ...unverified,
  servers: unverified.servers.map((server) => ({
    ...server,
    labels: { ...server.labels, [labelNames.ran]: '1' },
  })),
};
const off = { ...running, servers: [serverNo(1, { status: 'off' })] };
/** The record of a server that was switched off. */
const knownOff = recordNo(1, {
  server: { id: '1001', nonce, created: at(-500), ipv4: '198.51.100.1', power: 'off' },
});
const nothing = {};
const seeded = [{ nonce, hostKey: 'ssh-ed25519 AAAASeeded', chosen: recordNo(1).chosen }];
const three = [
  attempt({ ended: at(-400) }),
  attempt({ ended: at(-300) }),
  attempt({ ended: at(-200) }),
];
const four = [...three, attempt({ ended: at(-10) })];

const open = { labels: { ...labelsNo(1), [labelNames.bootstrap]: '1' } };
const opened = { ...running, servers: [serverNo(1, open)] };
const waitingToResume = unfinishedNo(1, {
  observedOid: fileNo(1).oid,
  attempts: [attempt({ ended: at(-2) })],
});
const retiredNow = { at: at(-1), by: 'person', reason: 'abuse' } as const;
/** Two recent failures of the kind, which use up no attempt. */
const shared = (change: 'create' | 'resume') =>
  unfinishedNo(1, {
    observedOid: fileNo(1).oid,
    attempts: [-3, -2].map((minutes) => attempt({ change, scope: 'fleet', ended: at(minutes) })),
  });
const repairFailed = recordNo(1, {
  observedOid: fileNo(1).oid,
  attempts: [-9, -2].map((minutes) =>
    attempt({ change: 'repair', step: 'repair', ended: at(minutes) }),
  ),
});
const endFailed = repairFailed.attempts.map((one) => ({ ...one, change: 'retire' as const }));
const base = { id: '900', name: 'aura-base', labels: {}, rules: '', selectors: [] };
const noResources = {
  authKeys: [],
  sshKeys: [],
  snapshots: [],
  foreign: { servers: 0, monthlyCost: 0 },
  others: { servers: 0, primaryIps: 0, devices: 0 },
};
const withdrawn = {
  kind: 'serverType',
  name: 'cpx12',
  location: null,
  at: '2027-03-01T00:00:00Z',
} as const;

const isolated = { reason: 'abuse report', since: at(-60) };
const inIsolation = serverNo(1, { labels: { ...labelsNo(1), [labelNames.isolated]: '1' } });
const { server: serverOfOne } = recordNo(1);
const recordApart = recordNo(1, {
  ...(serverOfOne && { server: { ...serverOfOne, isolation: { since: at(-50), snapshot: null } } }),
});
/** A server that is isolated, and its device. */
const apart = {
  servers: [inIsolation],
  devices: [deviceNo(1, { tags: [isolatedTag('aura')] })],
  states: [stateNo(1)],
};

const table: readonly [name: string, world: World, decision: string][] = [
  ['converged', one({}, recordNo(1), running), 'nothing'],
  ['converged and stopped', one({ power: 'stopped' }, knownOff, off), 'nothing'],
  ['another run works on it', one({}, unfinishedNo(1, { lease }), running), 'idle Busy'],
  [
    'another run works on it, even when retired',
    one(retiredLongAgo, recordNo(1, { lease }), running),
    'idle Busy',
  ],
  [
    'an unexpired lease whose run is over is not live',
    one({}, without(unfinishedNo(1, { lease }), 'server') as AgentRecord, nothing, {
      runs: runsSaid({ 'run-9': 'over' }),
    }),
    'create',
  ],
  [
    'an expired lease of a run that still runs is live',
    one({}, unfinishedNo(1, { lease: deadLease }), running, {
      runs: runsSaid({ 'run-9': 'running' }),
    }),
    'idle Busy',
  ],
  // existence
  ['no record at all', one({}, null, nothing), 'create'],
  [
    'should run, nothing, first try due',
    one({}, unfinishedNo(1, { attempts: [attempt()] }), nothing),
    'create',
  ],
  [
    'should run, nothing, next try not due',
    one({}, unfinishedNo(1, { attempts: [attempt({ ended: at(-4) })] }), nothing),
    'idle RetryLater',
  ],
  [
    'should run, nothing, all tries used',
    one({}, unfinishedNo(1, { attempts: four }), nothing),
    'giveUp',
  ],
  [
    'should run, nothing, one try left',
    one({}, unfinishedNo(1, { attempts: three }), nothing),
    'create',
  ],
  [
    'gave up already',
    one({}, unfinishedNo(1, { attempts: four, receipts: ['gave-up/1'] }), nothing),
    'idle Failed',
  ],
  [
    'a higher revision tries again after giving up',
    one({ revision: 2 }, unfinishedNo(1, { attempts: four, receipts: ['gave-up/1'] }), nothing),
    'create',
  ],
  [
    'a stalled failure needs a person',
    one({}, unfinishedNo(1, { attempts: [attempt({ errorClass: 'stalled' })] }), nothing),
    'giveUp',
  ],
  [
    'failures of the fleet use up no attempt',
    one(
      {},
      unfinishedNo(1, { attempts: four.map((a) => ({ ...a, scope: 'fleet' as const })) }),
      nothing,
    ),
    'create',
  ],
  [
    'a superseded try uses up no attempt',
    one(
      {},
      unfinishedNo(1, { attempts: [attempt({ outcome: 'superseded', ended: at(-1) })] }),
      nothing,
    ),
    'create',
  ],
  ['was running, nothing is there', one({}, recordNo(1), { devices: [deviceNo(1)] }), 'create'],
  [
    'its server is not its own',
    one({}, null, {
      servers: [
        serverNo(1, { labels: { ...labelsNo(1), [labelNames.subscription]: 'sub_Other' } }),
      ],
    }),
    'idle SpareServer',
  ],
  ['one server with all labels, none recorded', one({}, null, running), 'adopt'],
  [
    'one server with all labels, none recorded, and its desired power is off',
    one({ power: 'stopped' }, null, running),
    'adopt',
  ],
  [
    'one server with all labels, none recorded, and its access has ended',
    one({ access: { state: 'suspended', since: at(-900) } }, null, running),
    'adopt',
  ],
  [
    'one server with all labels, none recorded, and it is retired',
    one(retiredLongAgo, null, running),
    'adopt',
  ],
  [
    'one server with all labels, and its record is gone',
    one(
      retiredLongAgo,
      { ...without(recordNo(1), 'server'), gone: at(-30) } as AgentRecord,
      running,
    ),
    'adopt',
  ],
  [
    'a server that appeared after its create was answered by an error',
    one({}, { ...without(unfinishedNo(1), 'server'), creates: seeded } as AgentRecord, unverified),
    'resume',
  ],
  [
    'the same once it is retired',
    one(
      retiredLongAgo,
      { ...without(unfinishedNo(1), 'server'), creates: seeded } as AgentRecord,
      unverified,
    ),
    'retire',
  ],
  [
    'retired, and a server with its label that cannot be proven to be its own',
    one(retiredLongAgo, null, {
      servers: [
        serverNo(1, { labels: { ...labelsNo(1), [labelNames.subscription]: 'sub_Other' } }),
      ],
    }),
    'idle SpareServer',
  ],
  [
    'higher revision while a second server carries its label',
    one({ revision: 2 }, recordNo(1), {
      ...running,
      servers: [serverNo(1), serverNo(1, { id: '77', name: 'other' })],
    }),
    'idle SpareServer',
  ],
  [
    'higher revision whose attempts were used up before',
    one(
      { revision: 2 },
      recordNo(1, { attempts: four.map((a) => ({ ...a, revision: 2 })) }),
      running,
    ),
    'idle Failed',
  ],
  [
    'two servers with all labels, none recorded',
    one({}, null, { servers: [serverNo(1), serverNo(1, { id: '77' })] }),
    'idle SpareServer',
  ],
  [
    'never ran, failed at configure, due',
    one({}, unfinishedNo(1, { attempts: [attempt()] }), running),
    'resume',
  ],
  [
    'never ran, failed at configure, not due',
    one({}, unfinishedNo(1, { attempts: [attempt({ ended: at(-1) })] }), running),
    'idle RetryLater',
  ],
  [
    'never ran, superseded',
    one(
      {},
      unfinishedNo(1, {
        attempts: [attempt({ outcome: 'superseded', step: 'vm', ended: at(-1) })],
      }),
      running,
    ),
    'resume',
  ],
  [
    'never ran, failed at boot',
    one({}, unfinishedNo(1, { attempts: [attempt({ step: 'boot', ended: at(-1) })] }), unverified),
    'rollback',
  ],
  [
    'never ran, failed for good',
    one({}, unfinishedNo(1, { attempts: [attempt({ errorClass: 'stalled' })] }), unverified),
    'rollback',
  ],
  [
    'never ran, all tries used',
    one({}, unfinishedNo(1, { attempts: four }), unverified),
    'rollback',
  ],
  [
    'its run died at vm before it recorded the server',
    one({}, without(unfinishedNo(1, { lease: deadLease }), 'server') as AgentRecord, unverified),
    'resume',
  ],
  [
    'never ran, failed at boot for a cause that the fleet shares',
    one(
      {},
      unfinishedNo(1, { attempts: [attempt({ step: 'boot', scope: 'fleet', ended: at(-1) })] }),
      unverified,
    ),
    'resume',
  ],
  [
    'never ran, its run died at boot',
    one(
      {},
      unfinishedNo(1, { attempts: [attempt({ step: 'boot', reason: 'Crashed' })] }),
      unverified,
    ),
    'resume',
  ],
  [
    'protected, so it ran, whatever its record has and however often it failed since',
    one({}, unfinishedNo(1, { attempts: four }), running),
    'idle RetryLater',
  ],
  [
    'labelled as having run: brought up again as rarely as the policy says',
    one(
      {},
      unfinishedNo(1, { attempts: four.map((one) => ({ ...one, ended: at(-121) })) }),
      marked,
    ),
    'resume',
  ],
  [
    'labelled as having run, failed at boot',
    one({}, unfinishedNo(1, { attempts: [attempt({ step: 'boot' })] }), marked),
    'resume',
  ],
  [
    'labelled as having run, and a newer revision is requested',
    one({ revision: 2 }, unfinishedNo(1, { attempts: [attempt()] }), marked),
    'replace',
  ],
  [
    'its run died at configure',
    one({}, unfinishedNo(1, { lease: { ...deadLease, step: 'configure' } }), running),
    'resume',
  ],
  [
    'never ran and a newer revision is requested',
    one({ revision: 2 }, unfinishedNo(1, { attempts: [attempt()] }), unverified),
    'rollback',
  ],
  ['higher revision over a server that ran', one({ revision: 2 }, recordNo(1), running), 'replace'],
  [
    'lower revision',
    one(
      { revision: 1 },
      recordNo(1, {
        chosen: { ...recordNo(1).chosen, revision: 2 } as NonNullable<AgentRecord['chosen']>,
      }),
      {
        ...running,
        servers: [serverNo(1, { labels: { ...labelsNo(1), [labelNames.revision]: '2' } })],
      },
    ),
    'idle RevisionBehind',
  ],
  [
    'higher revision that cannot be sold',
    one({ revision: 2, region: 'nowhere' }, recordNo(1), running),
    'idle NoSuchOffer',
  ],
  ['a region that is not sold', one({ region: 'nowhere' }, null, nothing), 'idle NoSuchOffer'],
  // isolated
  ['isolated since then', one({ isolated }, recordNo(1), running), 'repair isolation'],
  [
    'isolated, but for its device',
    one({ isolated }, recordApart, { ...running, servers: [inIsolation] }),
    'repair isolation',
  ],
  [
    'isolated, port 22 open',
    one({ isolated }, recordApart, {
      ...apart,
      servers: [serverNo(1, { labels: { ...inIsolation.labels, [labelNames.bootstrap]: '1' } })],
    }),
    'repair bootstrap',
  ],
  ['isolated', one({ isolated, revision: 9 }, recordApart, apart), 'idle Isolated'],
  [
    'isolated, its subscription ended',
    one({ isolated, ...retiredLongAgo }, recordApart, apart),
    'power off',
  ],
  [
    'isolated, ended, off',
    one({ isolated, ...retiredLongAgo }, recordApart, {
      ...apart,
      servers: [{ ...inIsolation, status: 'off' }],
    }),
    'idle Isolated',
  ],
  [
    'isolated, switched off by hand',
    one({ isolated }, recordApart, { ...apart, servers: [{ ...inIsolation, status: 'off' }] }),
    'power on',
  ],
  ['isolated, no server', one({ isolated }, null, nothing), 'idle Isolated'],
  ['isolated, not recorded', one({ isolated }, recordNo(1), apart), 'repair isolation'],
  ['isolated no more, recorded still', one({}, recordApart, running), 'repair isolation'],
  ['isolated no more', one({}, recordApart, apart), 'repair isolation'],
  // retiring
  ['retired, grace over', one(retiredLongAgo, recordNo(1), off), 'retire'],
  [
    'retired, grace over, only a device left',
    one(retiredLongAgo, recordNo(1), { devices: [deviceNo(1)] }),
    'retire',
  ],
  [
    'retired, grace over, only its state left',
    one(retiredLongAgo, recordNo(1), { states: [stateNo(1)] }),
    'retire',
  ],
  [
    'retired, grace over, unfinished',
    one(retiredLongAgo, unfinishedNo(1, { attempts: [attempt({ step: 'vm' })] }), running),
    'retire',
  ],
  [
    'retired, grace running, on',
    one(
      { ...ended, retired: { at: at(-30), by: 'stripe', reason: 'canceled' } },
      recordNo(1),
      running,
    ),
    'power off',
  ],
  [
    'retired, grace running, off',
    one({ ...ended, retired: { at: at(-30), by: 'stripe', reason: 'canceled' } }, knownOff, off),
    'idle GraceRunning',
  ],
  [
    'retired, nothing left',
    one(retiredLongAgo, recordNo(1), nothing),
    'finalized and the file goes',
  ],
  [
    'retired over paid access, nothing left',
    one({ retired: { at: at(-300), by: 'person', reason: 'abuse' } }, recordNo(1), nothing),
    'finalized and the file stays',
  ],
  [
    'retired over paid access, gone already',
    one(
      { retired: { at: at(-300), by: 'person', reason: 'abuse' } },
      recordNo(1, { gone: at(-5) }),
      nothing,
    ),
    'idle PaidButRetired',
  ],
  // power
  ['should not run, on', one({ power: 'stopped' }, recordNo(1), running), 'power off'],
  ['suspended, on', one(suspended, recordNo(1), running), 'power off'],
  [
    'suspended, unfinished, on',
    one(suspended, unfinishedNo(1, { attempts: [attempt()] }), running),
    'power off',
  ],
  ['ended without a tombstone, off', one(ended, knownOff, off), 'idle EndedNotRetired'],
  ['should run, off', one({}, recordNo(1), off), 'power on'],
  [
    'in between',
    one({}, recordNo(1), { ...running, servers: [serverNo(1, { status: 'starting' })] }),
    'idle Busy',
  ],
  [
    'moved by Hetzner',
    one({}, recordNo(1), { ...running, servers: [serverNo(1, { status: 'migrating' })] }),
    'idle PowerUnknown',
  ],
  // size
  ['a bigger plan', one({ plan: 'pro' }, recordNo(1), running), 'resize'],
  [
    'a plan with a smaller disk',
    one(
      { plan: 'starter' },
      recordNo(1, {
        chosen: { ...recordNo(1).chosen, plan: 'pro' } as NonNullable<AgentRecord['chosen']>,
      }),
      { ...running, servers: [serverNo(1, { serverType: 'cpx22', diskGb: 80 })] },
    ),
    'idle ResizeImpossible',
  ],
  [
    'a plan that is not sold there',
    one({ plan: 'gone' }, recordNo(1), running),
    'idle ResizeImpossible',
  ],
  [
    'the catalog moved the plan to another type',
    one({}, recordNo(1), running, {
      catalog: catalogOf(catalogText.replaceAll('cpx12', 'cpx99')),
    }),
    'nothing',
  ],
  // repair
  [
    'a label was changed',
    one({}, recordNo(1), {
      ...running,
      servers: [serverNo(1, { labels: { ...labelsNo(1), [labelNames.customer]: 'cus_X' } })],
    }),
    'repair labels',
  ],
  [
    'protection was lifted',
    one({}, recordNo(1), {
      ...running,
      servers: [serverNo(1, { protection: { delete: false, rebuild: true } })],
    }),
    'repair protection',
  ],
  [
    'port 22 was left open',
    one({}, recordNo(1), {
      ...running,
      servers: [serverNo(1, { labels: { ...labelsNo(1), [labelNames.bootstrap]: '1' } })],
    }),
    'repair bootstrap',
  ],
  ['its device is gone', one({}, recordNo(1), { ...running, devices: [] }), 'repair device'],
  ['its state is gone', one({}, recordNo(1), { ...running, states: [] }), 'repair state'],
  [
    'foreign labels are ignored',
    one({}, recordNo(1), {
      ...running,
      servers: [serverNo(1, { labels: { ...labelsNo(1), team: 'blue' } })],
    }),
    'nothing',
  ],
  // configuration
  ['another configuration', one({ config: { model: 'gpt-x' } }, recordNo(1), running), 'configure'],
  [
    'another memory of the server, as after a resize',
    one({}, recordNo(1), { ...running, servers: [serverNo(1, { memoryGb: 4 })] }),
    'configure',
  ],
  [
    'another egress in the policy',
    one({}, recordNo(1), running, { policy: policyOf('egress: {smtp: open}\n') }),
    'configure',
  ],
  [
    'another time of reboots in the policy',
    one({}, recordNo(1), running, { policy: policyOf('hosts: {rebootAt: "03:00"}\n') }),
    'configure',
  ],
  ['another role version', one({}, recordNo(1), running, { roleVersion: '2' }), 'configure'],
  [
    'configuration waits while it is off',
    one({ power: 'stopped', config: { model: 'gpt-x' } }, knownOff, off),
    'nothing',
  ],
  // holds, stops and other runs
  ['stopped', one({}, null, nothing, { stop: 'incident' }), 'idle Stopped'],
  ['stopped and converged', one({}, recordNo(1), running, { stop: 'incident' }), 'nothing'],
  [
    'paused',
    one({}, null, nothing, {
      policy: policyOf('pause: {reason: maintenance, since: "2026-11-22T00:00:00Z"}\n'),
    }),
    'idle Paused',
  ],
  [
    'held',
    one(
      { power: 'stopped', hold: { reason: 'forensics', since: at(-60), until: at(60) } },
      recordNo(1),
      running,
    ),
    'idle Held',
  ],
  [
    'held and converged',
    one({ hold: { reason: 'forensics', since: at(-60), until: at(60) } }, recordNo(1), running),
    'idle Held',
  ],
  [
    'a hold lets the power-off of an agent without access through',
    one(
      { ...suspended, hold: { reason: 'forensics', since: at(-60), until: at(60) } },
      recordNo(1),
      running,
    ),
    'power off',
  ],
  [
    'a hold blocks retiring, with its reason',
    one(
      { ...retiredLongAgo, hold: { reason: 'forensics', since: at(-60), until: at(60) } },
      recordNo(1),
      off,
    ),
    'idle HoldBlocksRetirement',
  ],
  [
    'a hold that is over',
    one(
      { ...retiredLongAgo, hold: { reason: 'forensics', since: at(-60), until: at(-1) } },
      recordNo(1),
      off,
    ),
    'retire',
  ],
  [
    'a hold longer than the policy allows ends when the policy says',
    one(
      { ...retiredLongAgo, hold: { reason: 'forensics', since: at(-8 * 1440), until: at(1440) } },
      recordNo(1),
      off,
    ),
    'retire',
  ],
  // partial readings
  ['partial: no create', one({}, null, { reading: partial }), 'idle PartialReading'],
  [
    'partial: no retire',
    one(retiredLongAgo, recordNo(1), { ...off, reading: partial }),
    'idle PartialReading',
  ],
  [
    'partial: no rollback',
    one({}, unfinishedNo(1, { attempts: [attempt({ step: 'vm' })] }), {
      ...unverified,
      reading: partial,
    }),
    'idle PartialReading',
  ],
  [
    'partial: no replace',
    one({ revision: 2 }, recordNo(1), { ...running, reading: partial }),
    'idle PartialReading',
  ],
  [
    'partial: a recorded server that was not listed is not reported for each agent',
    one({}, recordNo(1), { reading: partial }),
    'nothing',
  ],
  ['partial: no adopt', one({}, null, { ...running, reading: partial }), 'idle PartialReading'],
  [
    'partial: no agent is given up',
    one({}, unfinishedNo(1, { attempts: four }), { reading: partial }),
    'idle PartialReading',
  ],
  [
    'partial: nothing is finalized',
    one(retiredLongAgo, recordNo(1), { reading: partial }),
    'idle PartialReading',
  ],
  [
    'partial: power-off of a recorded id that was not listed',
    one({ power: 'stopped' }, recordNo(1), { reading: partial }),
    'power off',
  ],
  [
    'partial: power on of a listed server',
    one({}, recordNo(1), { ...off, reading: partial }),
    'power on',
  ],
  [
    'partial: repair of a listed server, without guessing',
    one({}, recordNo(1), {
      servers: [serverNo(1, { protection: { delete: false, rebuild: false } })],
      reading: partial,
    }),
    'repair protection',
  ],
  [
    'a higher revision whose create has just failed',
    one(
      { revision: 2 },
      recordNo(1, { attempts: [attempt({ revision: 2, ended: at(-2) })] }),
      running,
    ),
    'idle RetryLater',
  ],
  // port 22, the record, and conditions for people
  [
    'never verified, port 22 open, the next attempt not due',
    one({}, waitingToResume, opened),
    'repair bootstrap',
  ],
  [
    'a repair that failed twice, and port 22 open',
    one({}, repairFailed, { ...running, servers: [serverNo(1, { ...open, name: 'by-hand' })] }),
    'repair bootstrap',
  ],
  [
    'a repair that failed twice, and port 22 closed',
    one({}, repairFailed, { ...running, servers: [serverNo(1, { name: 'by-hand' })] }),
    'idle RetryLater',
  ],
  [
    'the same, never verified, where a repair has failed as well',
    one(
      {},
      { ...waitingToResume, attempts: [...repairFailed.attempts, ...waitingToResume.attempts] },
      opened,
    ),
    'repair bootstrap',
  ],
  [
    'never verified, port 22 open, and it is to be off',
    one({ power: 'stopped' }, waitingToResume, opened),
    'power off',
  ],
  [
    'retired, grace running: neither resized nor repaired',
    one({ plan: 'pro', retired: retiredNow }, knownOff, {
      ...off,
      servers: [serverNo(1, { status: 'off', name: 'by-hand' })],
    }),
    'idle GraceRunning',
  ],
  [
    'retired, grace running, a repair failed twice: nothing of it is repaired',
    one(
      { retired: retiredNow },
      { ...knownOff, observedOid: fileNo(1).oid, attempts: repairFailed.attempts },
      {
        ...off,
        servers: [serverNo(1, { ...open, status: 'off' })],
      },
    ),
    'idle GraceRunning',
  ],
  [
    'should not run, all attempts spent',
    one(
      { power: 'stopped' },
      without(unfinishedNo(1, { attempts: four }), 'server') as AgentRecord,
      nothing,
    ),
    'nothing',
  ],
  [
    'failures that the fleet shares delay no create',
    one({}, without(shared('create'), 'server') as AgentRecord, nothing),
    'create',
  ],
  [
    'failures that the fleet shares delay no resume',
    one({}, shared('resume'), unverified),
    'resume',
  ],
  [
    'a repair that waits is reported, and not the conditions for people besides',
    one({}, repairFailed, {
      ...running,
      servers: [serverNo(1, { name: 'by-hand', firewalls: ['900', '7'] })],
      firewalls: [base],
    }),
    'idle RetryLater',
  ],
  [
    'an end that failed twice waits, and no other change is made meanwhile',
    one(retiredLongAgo, { ...repairFailed, attempts: endFailed }, running),
    'idle RetryLater',
  ],
  ['on, and its record says off', one({}, knownOff, running), 'repair record'],
  [
    'no host key recorded',
    one({}, without(recordNo(1), 'hostKey') as AgentRecord, running),
    'idle HostKeyUnknown',
  ],
  ['gone while it was to be off', one({ power: 'stopped' }, recordNo(1), {}), 'idle ServerGone'],
  [
    'behind a firewall that is none of ours',
    one({}, recordNo(1), {
      ...running,
      servers: [serverNo(1, { firewalls: ['900', '7'] })],
      firewalls: [base],
    }),
    'idle ForeignFirewall',
  ],
  [
    'a type that is taken off sale',
    one({}, recordNo(1), running, { resources: { ...noResources, withdrawals: [withdrawn] } }),
    'idle Deprecated',
  ],
];

describe('the reason of a create', () => {
  const because = (record: AgentRecord | null) => {
    const world = worldOf({ files: [fileNo(1)], records: record === null ? [] : [record] });
    const [made] = diff(world).changes;
    return made?.kind === 'create' ? made.because : made?.kind;
  };
  it('includes whether the agent had a server', () => {
    assert.equal(because(null), 'access is granted and there is no server');
    assert.equal(because(recordNo(1)), 'its server 1001 is gone');
    assert.equal(because(unfinishedNo(1)), 'access is granted and there is no server');
  });
});

describe('the decision table', () => {
  for (const [name, world, decision] of table) {
    it(`${name}: ${decision}`, () => assert.equal(decided(world), decision));
  }

  it('of several rows that wait the first one is named', () => {
    const configureFailed = repairFailed.attempts.map((one) => ({
      ...one,
      change: 'configure' as const,
    }));
    const attempts = [...repairFailed.attempts, ...configureFailed];
    const servers = [serverNo(1, { name: 'by-hand' })];
    const world = one(
      {},
      { ...repairFailed, attempts },
      { ...running, servers },
      { roleVersion: 'next' },
    );
    assert.deepEqual([rowOf(world, idNo(1))?.name, decided(world)], ['repair', 'idle RetryLater']);
  });

  it('each of its rows decides in one of these worlds', () => {
    const reached = new Set(table.map(([, world]) => rowOf(world, idNo(1))));
    assert.deepEqual(
      rows.filter((row) => !reached.has(row)),
      [],
    );
  });

  it('an invalid file freezes that agent alone', () => {
    const world = convergedWorld(2);
    const problems = [
      {
        path: 'p',
        line: 3,
        column: 5,
        field: 'spec.power',
        message: 'must be one of running, stopped',
      },
    ];
    const files = [
      { kind: 'invalid', id: idNo(1), path: fileNo(1).path, oid: fileNo(1).oid, problems } as const,
      fileNo(2, { power: 'stopped' }),
    ];
    const { changes, idle } = diff({ ...world, files });
    assert.deepEqual(
      idle.map((it) => [it.agent, it.reason, it.message]),
      [[idNo(1), 'Invalid', 'p:3:5: spec.power must be one of running, stopped']],
    );
    assert.deepEqual(
      changes.map((it) => [it.agent, it.kind]),
      [[idNo(2), 'power']],
    );
  });

  it('a replaced server’s device is named with it', () => {
    const [change] = diff(one({ revision: 2 }, recordNo(1), running)).changes;
    assert.equal(change?.kind === 'replace' ? change.device : null, 'node1');
  });

  it('a lost server’s old device is removed first, and the choice stays', () => {
    const moved = recordNo(1, {
      chosen: { ...recordNo(1).chosen, location: 'hel1' } as NonNullable<AgentRecord['chosen']>,
    });
    const [change] = diff(one({}, moved, { devices: [deviceNo(1)] })).changes;
    assert.equal(change?.kind === 'create' ? change.oldDevice : null, 'node1');
    assert.equal(change?.kind === 'create' ? change.choice.location : null, 'hel1');
  });

  it('a place that is sold out is left for the next one, while the agent never ran', () => {
    const soldOut = attempt({
      reason: 'ResourceUnavailable',
      scope: 'fleet',
      location: 'fsn1',
      step: 'vm',
      ended: at(-1),
    });
    const [change] = diff(
      one({}, without(unfinishedNo(1, { attempts: [soldOut] }), 'server') as AgentRecord, nothing),
    ).changes;
    assert.equal(change?.kind === 'create' ? change.choice.location : null, 'nbg1');
  });
});
