/** What counts as an orphan, of every kind, and what does not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentIdOf } from '../../../reconciler/core/agent/agent.ts';
import type { FleetResources } from '../../../reconciler/core/fleet/fleet-resources.ts';
import { labelNames } from '../../../reconciler/core/fleet/observed.ts';
import type { OrphanFile, World } from '../../../reconciler/core/fleet/world.ts';
import { findOrphans } from '../../../reconciler/core/orphans/orphan.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  catalogOf,
  catalogText,
  convergedWorld,
  idNo,
  policyOf,
  recordNo,
  serverNo,
} from '../../builders/world.ts';

const unowned = agentIdOf('sub_Unowned');
const ours = { [labelNames.fleet]: 'aura' };
const nothing: FleetResources = {
  authKeys: [],
  sshKeys: [],
  snapshots: [],
  withdrawals: [],
  foreign: { servers: 0, monthlyCost: 0 },
  others: { servers: 0, primaryIps: 0, devices: 0 },
};

function world(
  part: Partial<World> & { readonly marked?: Partial<FleetResources> },
  observed = {},
): World {
  const { marked, ...rest } = part;
  const one = convergedWorld(1, rest);
  return {
    ...one,
    resources: { ...nothing, ...marked },
    observed: { ...one.observed, ...observed },
  };
}

function found(of: World): readonly string[] {
  return findOrphans(of).orphans.map(({ resource, id, why }) => `${resource} ${id}: ${why}`);
}

function address(part: object = {}) {
  const labels = { ...ours, [labelNames.agent]: unowned };
  return {
    id: '70',
    name: 'old',
    ip: '198.51.100.7',
    labels,
    assignee: null,
    autoDelete: false,
    location: 'fsn1',
    created: at(-120),
    ...part,
  };
}

function snapshot(id: string, labels: Record<string, string>) {
  return { id, description: `image ${id}`, created: at(-120), labels, monthlyCost: 1.25 };
}

describe('decisions about one orphan', () => {
  const resource = { kind: 'primaryIp' as const, id: '70', name: 'old', why: 'because' };
  const head = { apiVersion: 'aura.dev/v1' as const, kind: 'Orphan' as const, resource };
  const saying = (
    path: string,
    decision: OrphanFile['decision']['decision'],
    reviewed = true,
  ): OrphanFile => {
    const whole = { ...head, resource: { ...resource, seen: at(-60) }, decision };
    return { path, oid: path, reviewed, decision: whole };
  };
  const keep = (minutes: number) => ({ keep: { until: at(minutes) } });

  /** The result does not depend on the order of the files. */
  function decided(...files: readonly OrphanFile[]): string {
    const [one, other] = [files, files.toReversed()].map((orphanFiles) => {
      const { orphans, changes } = findOrphans(world({ orphanFiles }, { primaryIps: [address()] }));
      const [orphan] = orphans;
      const word = orphan?.why.split('; ').slice(1).join('; ') ?? '';
      return `${orphan?.decision} ${changes.map(({ basis }) => basis.path).join()}${word}`;
    });
    assert.equal(one, other);
    return one ?? '';
  }

  it('that contradict each other decide nothing, with a reason', () => {
    assert.equal(
      decided(saying('orphans/a.yaml', 'destroy'), saying('orphans/b.yaml', keep(60))),
      'undecided orphans/a.yaml says destroy, and orphans/b.yaml says keep: remove one',
    );
  });

  it('that agree are one, beside those that decide nothing', () => {
    const [a, b] = [saying('a', 'destroy'), saying('b', 'destroy')];
    assert.equal(decided(a, b, saying('c', 'undecided')), 'destroy a');
    assert.equal(decided(b, saying('a', 'destroy', false)), 'destroy b', 'unreviewed');
    assert.equal(decided(b, saying('a', keep(-60))), 'destroy b', 'its time is up');
    assert.equal(decided(saying('a', keep(-60)), saying('b', keep(60))), 'keep ');
  });

  it('is requested again only where every one has expired', () => {
    assert.equal(decided(saying('a', keep(-60))), `new it was kept until ${at(-60)}`);
    assert.match(decided(saying('a', keep(-60)), saying('b', 'undecided')), /^undecided /);
  });

  it('to adopt what cannot be adopted has a reason', () => {
    assert.match(
      decided(saying('a', 'adopt')),
      /^adopt it is to be adopted, which is impossible: a primaryIp cannot be$/,
    );
  });
});

describe('a decision to adopt a server', () => {
  const server = serverNo(2);
  const resource = { kind: 'server' as const, id: server.id, name: server.name, seen: at(-60) };
  const head = { apiVersion: 'aura.dev/v1' as const, kind: 'Orphan' as const };
  const decision = { ...head, resource: { ...resource, why: 'x' }, decision: 'adopt' as const };
  const orphanFiles = [{ path: 'orphans/a.yaml', oid: 'a', reviewed: true, decision }];
  const why = (of: World) => findOrphans(of).orphans.find(({ id }) => id === server.id)?.why ?? '';

  it('has an effect if its agent has no file, whatever files there are', () => {
    const one = world({ orphanFiles }, { servers: [serverNo(1), server] });
    assert.doesNotMatch(why(one), /impossible/);
  });

  it('has none if its agent has a file and a server of its own', () => {
    const second = { ...serverNo(1), id: server.id };
    assert.match(
      why(world({ orphanFiles }, { servers: [serverNo(1), second] })),
      /impossible: .* has a file and a server of its own$/,
    );
  });
});

describe('orphans', () => {
  it('an address that serves no server, with its cost', () => {
    const of = world({}, { primaryIps: [address()] });
    assert.deepEqual(found(of), [
      `primaryIp 70: it serves no server, and no file and no record names ${unowned}`,
    ]);
    assert.equal(findOrphans(of).orphans[0]?.monthlyCost, 0.5);
    assert.deepEqual(found(world({}, { primaryIps: [address({ assignee: '1001' })] })), []);
    assert.deepEqual(found(world({}, { primaryIps: [address({ created: at(-59) })] })), []);
  });

  it('no address of an agent that a run has leased, which may be about to use or remove it', () => {
    const labels = { ...ours, [labelNames.agent]: idNo(1) };
    const term = { since: at(-5), until: at(60), step: 'vm' as const };
    const lease = {
      run: '7',
      runAttempt: 1,
      change: 'create' as const,
      nonce: 'abcdefghij012345',
      ...term,
    };
    const leased = world(
      { records: [recordNo(1, { lease })] },
      { primaryIps: [address({ labels })] },
    );
    assert.deepEqual(found(leased), []);
  });

  it('an address that its live agent does not use', () => {
    const labels = { ...ours, [labelNames.agent]: idNo(1) };
    assert.deepEqual(found(world({}, { primaryIps: [address({ labels })] })), [
      `primaryIp 70: it serves no server, and ${idNo(1)} does without it`,
    ]);
  });

  it('an unused auth key that lives longer than any of ours may', () => {
    const key = { id: 'k1', description: `aura ${unowned}`, created: at(-120), expires: at(9000) };
    assert.deepEqual(found(world({ marked: { authKeys: [key] } })), [
      `authKey k1: it is unused and opens the tailnet until ${at(9000)}, longer than any of ours may`,
    ]);
    const young = { ...key, created: at(-9) };
    const policy = policyOf('orphans: {graceMinutes: 0}\n');
    assert.deepEqual(found(world({ policy, marked: { authKeys: [young] } })), []);
  });

  it('an SSH key that is not the break-glass key', () => {
    const key = { id: '8', name: 'laptop', publicKey: 'ssh-ed25519 A', created: at(-120) };
    const sshKeys = [
      { ...key, labels: ours },
      { ...key, id: '9', name: 'aura-break-glass', labels: ours },
    ];
    const why = 'it carries our fleet label and is not the key that policy.yaml names';
    const policy = policyOf('ssh: {breakGlassPublicKey: ssh-ed25519 AAAA}\n');
    assert.deepEqual(found(world({ policy, marked: { sshKeys } })), [`sshKey 8: ${why}`]);
    assert.deepEqual(found(world({ marked: { sshKeys } })).length, 2, 'the policy names none');
  });

  it('a snapshot that no server is created from', () => {
    const snapshots = [
      snapshot('30', ours),
      snapshot('31', ours),
      snapshot('32', { ...ours, [labelNames.agent]: idNo(1) }),
      snapshot('33', { ...ours, [labelNames.agent]: unowned }),
    ];
    const catalog = catalogOf(catalogText.replace('image: debian-12', "image: '31'"));
    assert.equal(catalog.image, '31');
    assert.deepEqual(found(world({ catalog, marked: { snapshots } })), [
      'snapshot 30: neither the catalog nor any agent names it',
      `snapshot 33: no file and no record names ${unowned}`,
    ]);
  });

  it('a lock that no run can still hold', () => {
    const lock = {
      key: `aura/agents/${unowned}/terraform.tfstate`,
      id: 'l',
      who: 'root@runner',
      operation: 'OperationTypeApply',
      created: at(-120),
    };
    assert.deepEqual(found(world({ locks: [lock] })), [
      `lock ${lock.key}: root@runner left it (OperationTypeApply), and no file and no record names ${unowned}`,
    ]);
    assert.deepEqual(found(world({ locks: [{ ...lock, created: at(-80) }] })), [], 'the lease');
    const agents = { ...lock, key: `aura/agents/${idNo(1)}/terraform.tfstate` };
    assert.deepEqual(found(world({ locks: [agents] })), [], 'an agent’s is repaired');
    assert.deepEqual(
      planOf(world({ locks: [{ ...lock, created: at(-80) }] })).locks.map((one) => one.dead),
      [false],
    );
  });

  it('a foreign resource counts in a number and a cost', () => {
    const plan = planOf(world({ marked: { foreign: { servers: 3, monthlyCost: 41.5 } } }));
    assert.deepEqual(plan.foreign, { servers: 3, monthlyCost: 41.5 });
    assert.deepEqual(plan.orphans, []);
    assert.equal(planOf(convergedWorld(1)).foreign, null, 'it was not read');
  });

  it('no server that its agent adopts because the recorded one is gone', () => {
    const before = convergedWorld(2);
    const set = (own: string): World => ({
      ...before,
      records: before.records.map((record, place) =>
        place === 0 && record.server !== undefined
          ? { ...record, server: { ...record.server, id: own, nonce: 'older00000000000' } }
          : record,
      ),
    });
    const old = set('777');
    const [server, other] = old.observed.servers;
    assert.ok(server !== undefined && other !== undefined);
    assert.deepEqual(found(old), []);
    const { kind } = planOf(old).changes[0] ?? {};
    assert.equal(kind, 'adopt');
    const twice = { ...server, id: '1999', name: 'a-second-one' };
    const two = {
      ...old,
      observed: { ...old.observed, servers: [...old.observed.servers, twice] },
    };
    // Once one is recorded, the other is a second one; until then it is only reported.
    assert.deepEqual(found(two), []);
    assert.deepEqual(
      planOf(two).waiting.map((one) => one.server),
      ['1999'],
    );
  });

  it('none in an incomplete reading', () => {
    const of = world({}, { primaryIps: [address()] });
    const reading = { kind: 'partial' as const, reasons: [] };
    assert.deepEqual(found({ ...of, observed: { ...of.observed, reading } }), []);
  });
});
