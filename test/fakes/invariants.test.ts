/** Each invariant is violated once: one that cannot be violated checks nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { at, idNo } from '../builders/world.ts';
import { bringUp, edit, plantServer, recordOf, serverOf, writeRecord } from './agents.ts';
import { checkInvariants, leftovers, strictViolationsOf, violationsOf } from './invariants.ts';
import { createFakeWorld, type FakeWorld } from './world.ts';

const ran = { 'aura.dev/ran': '1' };

describe('invariants', () => {
  function brokenBy(hurt: (world: FakeWorld) => unknown): readonly string[] {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    checkInvariants(world);
    hurt(world);
    return violationsOf(world);
  }
  const freed = (world: FakeWorld, n: number) => {
    const server = world.project.servers.get(recordOf(world, n)?.server?.id ?? '');
    assert.ok(server !== undefined);
    server.protection = { delete: false, rebuild: false };
    return server;
  };

  test('a deletion needs the labels, the recorded id and a commit that asks for it', () => {
    const ran = /after it ran, with no tombstone/;
    assert.match(brokenBy((w) => w.project.remove(freed(w, 1).id, 'api')).join(), ran);
    const strange = brokenBy((w) => {
      const server = freed(w, 1);
      server.labels = {};
      w.project.remove(server.id, 'api');
    });
    assert.match(strange.join(), /without our fleet label/);
    const other = brokenBy((w) => {
      edit(w, 1, { retired: { at: at(-600), by: 'person', reason: 'test' } });
      const server = freed(w, 1);
      server.labels = { ...server.labels, 'aura.dev/nonce': '0000000000000000' };
      w.project.remove(server.id, 'stack');
    });
    assert.match(other.join(), /neither its id nor its nonce/);
    const retired = brokenBy((w) => {
      edit(w, 1, { retired: { at: at(-600), by: 'person', reason: 'test' } });
      w.project.remove(freed(w, 1).id, 'stack');
    });
    assert.deepEqual(retired, []);
    const paid = brokenBy((w) => {
      edit(w, 1, { retired: { at: at(-600), by: 'finalize', reason: 'suspended for long' } });
      w.project.remove(freed(w, 1).id, 'stack');
    });
    assert.match(paid.join(), /because of money, and it is paid for/);
    const replaced = brokenBy((w) => {
      edit(w, 1, { revision: 2 });
      w.project.remove(freed(w, 1).id, 'stack');
    });
    assert.deepEqual(replaced, []);
  });

  test('two servers of one subscription, except one that a test planted', () => {
    const labels = (world: FakeWorld) => freed(world, 1).labels;
    assert.deepEqual(
      brokenBy((w) => plantServer(w, 'spare', labels(w))),
      [],
    );
    const second = brokenBy((w) => {
      plantServer(w, 'spare', labels(w)).planted = false;
    });
    assert.match(second.join(), /has servers \d+ and \d+/);
  });

  test('a secret in git, in a log, in a mail', async () => {
    const places: Record<string, (world: FakeWorld, secret: string) => unknown> = {
      git: (w, secret) => w.git.commit('Oops', { note: `key: ${secret}` }),
      'a log line': (w, secret) => w.ports.log.info({ error: new Error(secret) }, 'oops'),
      'a mail': (w, secret) =>
        w.mails.push({ to: 'a@b', subject: 'x', text: secret, idempotencyKey: 'x' }),
    };
    for (const [place, spill] of Object.entries(places)) {
      const world = createFakeWorld();
      const request = { fleet: 'aura', agent: idNo(1), seconds: 60 };
      const { secret } = await world.ports.tailnet.createKey(request);
      assert.deepEqual(violationsOf(world), []);
      spill(world, secret);
      assert.match(violationsOf(world).join(), new RegExp(`^${place} holds the secret`));
    }
    const spilt = brokenBy((w) => w.git.commit('Oops', { key: [...w.keys.privateKeys].join() }));
    assert.match(spilt.join(), /git holds the secret/);
  });

  test('a mail that is sent twice, or too soon after another of its kind', () => {
    const mailed = (w: FakeWorld, of: string, minutes: number) => {
      const idempotencyKey = `${idNo(1)}/mail-running/${of}`;
      w.mails.push({ to: 'a@b', subject: 'x', text: '', idempotencyKey });
      w.mailedMs.push(w.time.now() + minutes * 60_000);
    };
    const broken = (minutes: number, of: string) =>
      brokenBy((w) => {
        mailed(w, '1', 0);
        mailed(w, of, minutes);
      }).join();
    assert.match(broken(3000, '1'), /mail-running\/1 was mailed twice/);
    assert.match(broken(20, '2'), /got two mails mail-running within an hour/);
    assert.equal(broken(61, '2'), '');
  });

  test('a server with a label that it ran, whatever its record contains', () => {
    const protection = { delete: true, rebuild: true };
    for (const mark of [{ protection }, { labels: ran }, {}]) {
      const world = createFakeWorld();
      const server = bringUp(world, 1, {}, { everRunning: false });
      const free = { delete: false, rebuild: false };
      Object.assign(server, { protection: free, ...mark });
      server.labels = { ...server.made, ...mark.labels };
      checkInvariants(world);
      server.protection = free;
      world.project.remove(server.id, 'stack');
      const said = violationsOf(world).join();
      if (mark.protection === undefined && mark.labels === undefined) assert.equal(said, '');
      else assert.match(said, /although it is marked as having run, with no tombstone/);
    }
  });

  test('a server that ran and was rolled back, and a record that cannot be read', () => {
    const rolledBack = brokenBy((w) => {
      const record = recordOf(w, 1);
      assert.ok(record !== null);
      const server = record.server?.id ?? '';
      const destroyed = [{ at: at(0), server, kind: 'rollback' as const }];
      writeRecord(w, { ...record, everRunning: false, destroyed });
    });
    assert.match(rolledBack.join(), /ran and was rolled back/);
    const path = agentPath(idNo(1));
    const unreadable = brokenBy((w) =>
      w.git.add('status', { subject: 'x', edits: { [path]: 'phase: x\n' } }),
    );
    assert.notDeepEqual(unreadable, []);
  });

  test('leftovers name everything that still exists', () => {
    const world = createFakeWorld();
    assert.deepEqual(leftovers(world), []);
    bringUp(world, 1);
    assert.deepEqual(
      leftovers(world).map((one) => one.split(' ')[0]),
      ['server', 'address', 'device', 'state'],
    );
  });
});

describe('invariants of the flows', () => {
  function uncited(act: (world: FakeWorld) => unknown): string {
    const world = createFakeWorld();
    bringUp(world, 1);
    assert.deepEqual(strictViolationsOf(world), []);
    act(world);
    return strictViolationsOf(world).join();
  }
  const machine = (world: FakeWorld, cause: string, text: string | null) =>
    world.git.add('main', {
      subject: cause,
      trailers: cause === '' ? [] : [['Aura-Cause', cause]],
      edits: { [agentPath(idNo(1))]: text },
    });

  test('a server is created under a lease, and where a file asks for it', () => {
    const made = uncited((w) => {
      const server = serverOf(w, 1);
      assert.ok(server !== null);
      w.project.noteCreation({ ...server, made: { ...server.made, 'aura.dev/nonce': 'another' } });
    });
    assert.match(made, /was made without a lease/);
    const unasked = uncited((w) => {
      edit(w, 1, { power: 'stopped' });
      w.advance(30 * 60_000);
      const server = serverOf(w, 1);
      if (server !== null) w.project.noteCreation(server);
    });
    assert.match(unasked, /although no file asked for it/);
  });

  test('nothing is created or destroyed in another project', () => {
    const made = { name: 'stray', serverType: 'cpx12', location: 'fsn1', image: 'i', userData: '' };
    const there = ({ otherProject }: FakeWorld) => otherProject.create({ ...made, labels: {} });
    assert.equal(uncited(there), '');
    const creates = uncited((w) => w.otherProject.noteCreation(there(w)));
    assert.match(creates, /^server stray was made in another project$/);
    const deletes = uncited((w) => w.otherProject.remove(there(w).id, 'api'));
    assert.match(deletes, /^server stray was deleted in another project$/);
  });

  test('a server is switched under a lease whose change may do that', () => {
    const off = (change: string | null) =>
      uncited((w) => {
        const record = recordOf(w, 1);
        const server = serverOf(w, 1);
        assert.ok(record !== null && server !== null);
        const nonce = record.server?.nonce ?? '';
        const lease = {
          run: 'r',
          runAttempt: 1,
          change,
          nonce,
          since: at(0),
          until: at(90),
          step: 'power',
        };
        if (change !== null) writeRecord(w, { ...record, lease } as typeof record);
        w.project.noteSwitching(server, 'off', 'stack');
      });
    assert.match(off(null), /switched off without a lease/);
    assert.match(off('repair'), /switched off by a repair through its stack/);
    assert.equal(off('resize'), '');
  });

  test('a device of a live server is removed under its own agent’s lease', () => {
    const taken = (machine: string | null) =>
      uncited((w) => {
        const [device] = [...w.tailnet.devices.values()];
        assert.ok(device !== undefined);
        w.tailnet.devices.set(device.nodeId, { ...device, machine: machine ?? device.machine });
        return w.ports.tailnet.deleteDevice(device.nodeId);
      });
    assert.match(taken(null), /device node1 of agt-\w+ was taken away/);
    assert.equal(taken('a server that is gone'), '');
  });

  test('people’s fields of a file stay as they wrote them', () => {
    const text = (w: FakeWorld) => w.git.text(agentPath(idNo(1))) ?? '';
    const stopped = (w: FakeWorld) => text(w).replace('power: running', 'power: stopped');
    assert.match(
      uncited((w) => machine(w, 'access', stopped(w))),
      /changes what people own/,
    );
    assert.equal(
      uncited((w) => machine(w, 'stop', stopped(w))),
      '',
    );
    assert.match(
      uncited((w) => machine(w, '', `# note\n${text(w)}`)),
      /gives no cause/,
    );
    assert.match(
      uncited((w) => machine(w, 'finalized', null)),
      /removes a file without a tombstone/,
    );
    const lifted = (by: 'person' | 'stripe') =>
      uncited((w) => {
        const before = text(w);
        edit(w, 1, { retired: { at: at(-60), by, reason: 'test' } });
        machine(w, 'access', before);
      });
    assert.match(lifted('person'), /changes a tombstone by a person/);
    assert.equal(lifted('stripe'), '');
  });
});
