/** Every class of drift has a reason of its own, and a repair or a report. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { customerLabel } from '../../../reconciler/core/fleet/customer-label.ts';
import { wantedFirewalls } from '../../../reconciler/core/fleet/firewall.ts';
import type {
  FleetResources,
  ObservedLock,
} from '../../../reconciler/core/fleet/fleet-resources.ts';
import {
  agentStateKey,
  labelNames,
  type ObservedServer,
} from '../../../reconciler/core/fleet/observed.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { diff } from '../../../reconciler/core/plan/diff.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  attempt,
  deviceNo,
  fileNo,
  idNo,
  labelsNo,
  nonce,
  offers,
  policyOf,
  recordNo,
  runsSaid,
  serverNo,
  stateNo,
  unfinishedNo,
  without,
  worldOf,
} from '../../builders/world.ts';

const base = {
  id: '900',
  name: 'aura-base',
  labels: { [labelNames.fleet]: 'aura' },
  rules: '',
  selectors: wantedFirewalls(policyOf()).map(({ selector }) => selector),
};
const resources: FleetResources = {
  authKeys: [],
  sshKeys: [],
  snapshots: [],
  withdrawals: [],
  foreign: { servers: 0, monthlyCost: 0 },
  others: { servers: 0, primaryIps: 0, devices: 0 },
};
const lease = {
  run: 'run-9',
  runAttempt: 1,
  change: 'repair' as const,
  nonce: 'abcdefghij012345',
  since: at(-5),
  until: at(60),
  step: 'device' as const,
};
const behind = { firewalls: ['900'] };

function drifted(
  server: Partial<ObservedServer>,
  observed: Partial<World['observed']> = {},
  part: Partial<World> = {},
): World {
  return worldOf(
    { files: [fileNo(1)], records: [recordNo(1)], ...part },
    {
      servers: [serverNo(1, { ...behind, ...server })],
      devices: [deviceNo(1)],
      states: [stateNo(1)],
      firewalls: [base],
      ...observed,
    },
  );
}

function lockOf(created: string, key = agentStateKey('aura', idNo(1))): ObservedLock {
  return { key, id: 'lock-1', who: 'runner@host', operation: 'OperationTypeApply', created };
}

const wantsPro = { files: [fileNo(1, { plan: 'pro' })] };
const soldOut = (type: string) => ({
  ...offers,
  list: offers.list.map((one) => ({ ...one, available: one.serverType !== type })),
});
const { [labelNames.nonce]: _lost, ...withoutNonce } = labelsNo(1);
const isOff = { files: [fileNo(1, { power: 'stopped' })] };
const { server } = recordNo(1);
const neverVerified = {
  ...isOff,
  records: [unfinishedNo(1, server === undefined ? {} : { server: { ...server, power: 'off' } })],
};
const unrecorded = {
  ...isOff,
  records: [
    {
      ...without(unfinishedNo(1), 'server'),
      creates: [{ nonce, hostKey: 'ssh-ed25519 AAAASeeded', chosen: recordNo(1).chosen }],
    } as AgentRecord,
  ],
};

/** The only decision, as text: kind, what, why. */
function saidOf(world: World): string {
  const { changes, idle } = diff(world);
  const words = [
    ...changes.map((change) => `${change.kind}: ${change.because}`),
    ...idle.map(({ reason, message }) => `${reason}: ${message}`),
  ];
  assert.ok(words.length <= 1, words.join('\n'));
  return words[0] ?? 'nothing';
}

describe('drift', () => {
  const rows: readonly [name: string, world: World, saidOf: string][] = [
    ['none', drifted({}), 'nothing'],
    ['power', drifted({ status: 'off' }), 'power: it should run and its server is off'],
    [
      'a type that was changed by hand goes back to the recorded one',
      drifted({ serverType: 'cpx22' }),
      'resize: its server is a cpx22, cpx12 is recorded: it was changed by hand',
    ],
    [
      'a type whose disk was enlarged by hand cannot go back, which is reported',
      drifted({ serverType: 'cpx22', diskGb: 80 }),
      "ResizeImpossible: the disk of cpx12 is smaller (40 GB) than the server's (80 GB)",
    ],
    [
      'a plan whose type is sold out where the server is',
      drifted({}, {}, { ...wantsPro, offers: soldOut('cpx22') }),
      'ResizeImpossible: Hetzner does not sell cpx22 in fsn1',
    ],
    [
      'a plan that its region does not have',
      drifted({}, {}, { files: [fileNo(1, { plan: 'unknown' })] }),
      'ResizeImpossible: plan unknown is not sold in region eu-central',
    ],
    [
      'a plan, where the record knows no choice',
      drifted({}, {}, { ...wantsPro, records: [without(recordNo(1), 'chosen') as AgentRecord] }),
      'nothing',
    ],
    [
      'a server that a create took for gone',
      drifted({}, {}, { records: [recordNo(1, { attempts: [attempt({ step: 'vm' })] })] }),
      'repair: its server exists, although a create recorded it as gone',
    ],
    [
      'one that was never verified, and is to be off, is not repaired',
      drifted({ status: 'off', protection: { delete: false, rebuild: false } }, {}, neverVerified),
      'nothing',
    ],
    [
      'but gets its labels back',
      drifted({ status: 'off', labels: withoutNonce }, {}, neverVerified),
      'repair: drifted: labels',
    ],
    [
      'before a dead lock of one that no record names is released, it is recorded',
      drifted({ status: 'off' }, {}, { ...unrecorded, locks: [lockOf(at(-91))] }),
      'repair: one of its creates made this server, which its record does not name',
    ],
    [
      'the name of its device',
      drifted({}, { devices: [deviceNo(1, { name: 'by-hand.example.ts.net' })] }),
      'repair: drifted: deviceName',
    ],
    [
      'the key of its device, which must not expire',
      drifted({}, { devices: [deviceNo(1, { keyExpires: true })] }),
      'repair: drifted: keyExpiry',
    ],
    [
      'labels',
      drifted({ labels: { ...labelsNo(1), [labelNames.customer]: 'cus_Other' } }),
      'repair: drifted: labels',
    ],
    [
      'no label where it says a customer by its hash',
      drifted(
        { labels: { ...labelsNo(1), [labelNames.customer]: customerLabel('auth0|5f7c') } },
        {},
        { files: [fileNo(1, { customer: 'auth0|5f7c' })] },
      ),
      'nothing',
    ],
    ['firewall', drifted({ firewalls: [] }), 'repair: drifted: firewall'],
    [
      'a firewall takes a while to reach a new server',
      drifted({ firewalls: [], created: at(-5) }),
      'nothing',
    ],
    [
      'while the shared stack is to be repaired, no server is repaired for its firewall',
      drifted({ firewalls: [] }, {}, { fleet: 'update' }),
      'nothing',
    ],
    [
      'firewalls that were not listed are unknown, not missing',
      drifted({ firewalls: [] }, { firewalls: [] }),
      'nothing',
    ],
    [
      'another firewall may open what ours close: an alarm is raised',
      drifted({ firewalls: ['900', '7'] }),
      'ForeignFirewall: server 1001 is behind firewall 7 too, which Aura does not manage and which may open ports that our firewalls close',
    ],
    ['name', drifted({ name: 'by-hand' }), 'repair: drifted: name'],
    [
      'protection',
      drifted({ protection: { delete: false, rebuild: true } }),
      'repair: drifted: protection',
    ],
    ['device gone', drifted({}, { devices: [] }), 'repair: drifted: device'],
    [
      'bootstrap access left open',
      drifted({ labels: { ...labelsNo(1), [labelNames.bootstrap]: '1' } }),
      'repair: drifted: bootstrap',
    ],
    ['server without state', drifted({}, { states: [] }), 'repair: drifted: state'],
    [
      'state without server, of an agent that is to be off',
      worldOf(
        {
          files: [fileNo(1, { power: 'stopped' })],
          records: [without(recordNo(1), 'server') as AgentRecord],
        },
        { states: [stateNo(1)] },
      ),
      'ServerGone: its server is gone, its state is still there; desired power is off; a server is created when it is turned on',
    ],
    [
      'a recorded server that is gone while it was to be off',
      worldOf({ files: [fileNo(1, { power: 'stopped' })], records: [recordNo(1)] }),
      'ServerGone: server 1001 is gone; desired power is off; a server is created when it is turned on',
    ],
    [
      'a lock that is older than any lease can be and is covered by none',
      drifted({}, {}, { locks: [lockOf(at(-91))] }),
      'repair: drifted: lock',
    ],
    [
      "a lock beside a state that a dead run only planned with is the agent's too",
      drifted({}, {}, { locks: [lockOf(at(-91), `aura/agents/${idNo(1)}/next.tfstate`)] }),
      'repair: drifted: lock',
    ],
    [
      'a lock that is younger may be held',
      drifted({}, {}, { locks: [lockOf(at(-89))] }),
      'nothing',
    ],
    [
      'the type is about to be withdrawn',
      drifted({}, {}, { resources: { ...resources, withdrawals: [withdrawn('cpx12', null)] } }),
      'Deprecated: server type cpx12 cannot be bought after 2027-03-01',
    ],
    [
      'the type is about to be withdrawn where it runs',
      drifted({}, {}, { resources: { ...resources, withdrawals: [withdrawn('cpx12', 'fsn1')] } }),
      'Deprecated: server type cpx12 cannot be bought in fsn1 after 2027-03-01',
    ],
    [
      'the type is about to be withdrawn elsewhere',
      drifted({}, {}, { resources: { ...resources, withdrawals: [withdrawn('cpx12', 'hel1')] } }),
      'nothing',
    ],
    [
      'the image is deprecated',
      drifted(
        {},
        {},
        {
          resources: {
            ...resources,
            withdrawals: [{ kind: 'image', name: 'debian-12', at: '2027-03-01T00:00:00Z' }],
          },
        },
      ),
      'Deprecated: image debian-12 is deprecated as of 2027-03-01',
    ],
  ];
  for (const [name, world, expected] of rows) it(name, () => assert.equal(saidOf(world), expected));

  it('a duplicated device is an orphan, the recorded one stays', () => {
    const second = deviceNo(1, { nodeId: 'node1b', name: `${idNo(1)}-1.example.ts.net` });
    const { orphans, changes } = planOf(drifted({}, { devices: [deviceNo(1), second] }));
    assert.deepEqual(changes, []);
    assert.deepEqual(
      orphans.map(({ resource, id, why }) => [resource, id, why]),
      [['device', 'node1b', `${idNo(1)} has device node1; this is a second one`]],
    );
  });

  it('a second device while a run works on its agent may be the new one', () => {
    const second = deviceNo(1, { nodeId: 'node1b' });
    const records = [recordNo(1, { lease })];
    const runs = runsSaid({ 'run-9': 'running' });
    const world = drifted({}, { devices: [deviceNo(1), second] }, { records, runs });
    assert.deepEqual(planOf(world).orphans, []);
  });
});

function withdrawn(name: string, location: string | null) {
  return { kind: 'serverType' as const, name, location, at: '2027-03-01T00:00:00Z' };
}
