import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseOrphanFile } from '../../../../reconciler/core/agent/decision-file.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { at } from '../../../builders/world.ts';
import { bringUp, edit, plantServer, recordOf } from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import type { FakeServer } from '../../../fakes/servers.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { effectsOfAnother, finalized, planned } from './finalizing.ts';

const head = 'aura/orphans';

function stray(world: FakeWorld, name: string): FakeServer {
  return plantServer(world, name, { [labelNames.fleet]: 'aura', [labelNames.customer]: 'cus_x' });
}

function strayWorld() {
  const world = createFakeWorld();
  bringUp(world, 1);
  const server = stray(world, 'stray-1');
  return { world, server, path: pathOf(server) };
}

function pathOf({ id }: FakeServer): string {
  return `orphans/server-${id}.yaml`;
}

function decide(world: FakeWorld, path: string, decision: string): string {
  const text = world.git.text(path, head) ?? '';
  const edited = text.replace('decision: undecided', `decision: ${decision}`);
  assert.notEqual(edited, text);
  return world.git.add(head, { subject: 'Decided', author: 'Pat', edits: { [path]: edited } });
}

describe('orphans', () => {
  test('one is proposed in a pull request, with a decision file and its cost; main is left', async () => {
    const { world, server, path } = strayWorld();
    const tip = world.git.tip('main')?.id;
    const report = await finalized(world);
    assert.deepEqual(report.proposals, ['https://forge.example/pulls/1']);
    assert.equal(world.git.tip('main')?.id, tip);
    const [proposal] = world.forge.open();
    assert.equal(proposal?.head, head);
    assert.match(
      proposal?.body ?? '',
      new RegExp(`server \`${server.id}\` \`stray-1\`, 5\\.50 a month`),
    );
    const parsed = parseOrphanFile({ path, oid: '', text: world.git.text(path, head) ?? '' });
    assert.ok(parsed.ok);
    assert.equal(parsed.value.decision, 'undecided');
    assert.deepEqual(parsed.value.resource.labels, server.labels);
  });

  test('a second run writes nothing', async () => {
    const { world } = strayWorld();
    await finalized(world);
    world.advance(3_600_000);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('another one joins the same pull request; people’s edits in it are kept', async () => {
    const { world, path } = strayWorld();
    await finalized(world);
    decide(world, path, 'destroy');
    const second = stray(world, 'stray-2');
    const report = await finalized(world);
    assert.equal(report.proposals.length, 1);
    assert.equal(world.forge.open().length, 1);
    assert.match(world.forge.open()[0]?.body ?? '', /stray-1.*\n.*stray-2/);
    assert.match(world.git.text(path, head) ?? '', /^decision: destroy/m);
    assert.match(world.git.text(pathOf(second), head) ?? '', /^decision: undecided/m);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('another push to its branch in between: decided again, and both are kept', async () => {
    const { world, path } = strayWorld();
    await finalized(world);
    const second = stray(world, 'stray-2');
    const fault = world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => void decide(world, path, 'adopt'),
    });
    await finalized(world);
    assert.equal(fault.fired, 1);
    assert.match(world.git.text(path, head) ?? '', /^decision: adopt/m);
    assert.ok(world.git.text(pathOf(second), head) !== null);
  });

  test('its pull request is closed when nothing is left to decide', async () => {
    const { world, server } = strayWorld();
    await finalized(world);
    world.project.servers.delete(server.id);
    const report = await finalized(world);
    assert.deepEqual(report.proposals, []);
    assert.deepEqual(
      world.forge.proposals.map(({ state }) => state),
      ['closed'],
    );
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('a closed one is proposed again when there is an orphan again', async () => {
    const { world, server } = strayWorld();
    await finalized(world);
    world.project.servers.delete(server.id);
    await finalized(world);
    const second = stray(world, 'stray-2');
    await finalized(world);
    assert.deepEqual(
      world.forge.proposals.map(({ state }) => state),
      ['closed', 'open'],
    );
    assert.equal(world.git.text(pathOf(server), head), null);
    assert.ok(world.git.text(pathOf(second), head) !== null);
  });

  test('merged between the plan and its finalizing: nothing is asked again', async () => {
    const { world, path } = strayWorld();
    await finalized(world);
    decide(world, path, 'destroy');
    const plan = await planned(world);
    const merge = world.forge.merge(1);
    const report = await finalized(world, plan);
    assert.deepEqual(report.proposals, []);
    assert.equal(world.git.tip('main')?.id, merge);
    assert.match(world.git.text(path) ?? '', /^decision: destroy/m);
  });

  test('a decision that was carried out is removed, with its cause', async () => {
    const { world, server, path } = strayWorld();
    await finalized(world);
    decide(world, path, 'destroy');
    world.forge.merge(1);
    const plan = await planned(world);
    assert.deepEqual(
      plan.changes.map(({ kind }) => kind),
      ['destroyOrphan'],
    );
    await finalized(world, plan);
    assert.ok(world.git.text(path) !== null, 'not before it was carried out');
    await world.ports.cloud.deleteServer(server.id);
    await finalized(world);
    assert.equal(world.git.text(path), null);
    assert.deepEqual(world.git.tip('main')?.trailers, [['Aura-Cause', 'finalized']]);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  for (const [name, decided] of [
    [
      'pushed to main without a review',
      (world: FakeWorld, path: string, text: string) =>
        void world.git.commit('Just do it', { [path]: text }),
    ],
    [
      'merged without an approval',
      (world: FakeWorld) => void world.forge.merge(1, { approvedBy: [] }),
    ],
  ] as const) {
    test(`a decision to destroy that was ${name} does not count, with its reason`, async () => {
      const { world, server, path } = strayWorld();
      await finalized(world);
      decide(world, path, 'destroy');
      decided(world, path, world.git.text(path, head) ?? '');
      const plan = await planned(world);
      assert.deepEqual(plan.changes, []);
      assert.match(plan.orphans[0]?.why ?? '', /says destroy, which was not reviewed$/);
      await finalized(world, plan);
      assert.ok(world.project.servers.has(server.id));
      assert.match(world.git.text(path) ?? '', /^decision: destroy/m);
    });
  }

  test('a decision that was edited on main after its review does not count', async () => {
    const { world, path } = strayWorld();
    await finalized(world);
    world.forge.merge(1);
    const text = (world.git.text(path) ?? '').replace('undecided', 'destroy');
    world.git.commit('Second thoughts', { [path]: text });
    assert.deepEqual((await planned(world)).changes, []);
  });

  test('a Forge that cannot be read lets no orphan be destroyed', async () => {
    const { world, path } = strayWorld();
    await finalized(world);
    decide(world, path, 'destroy');
    world.forge.merge(1);
    const fault = world.fault({ port: 'forge', method: 'mergedProposalOf', kind: 'fail' });
    assert.deepEqual((await planned(world)).changes, []);
    assert.equal(fault.fired, 1);
    assert.equal((await planned(world)).changes.length, 1, 'the next run asks again');
  });

  test('its evidence is in the file and in the pull request, as of the first observation', async () => {
    const { world, path } = strayWorld();
    await finalized(world);
    const file = world.git.text(path, head) ?? '';
    assert.match(file, /costSoFar: 0\.05/);
    assert.match(
      world.forge.open()[0]?.body ?? '',
      /5\.50 a month, 0\.05 so far, created .*labels `/,
    );
    world.advance(48 * 3_600_000);
    await finalized(world);
    assert.equal(world.git.text(path, head), file);
  });

  test('the content of a file counts, not its name: a kept orphan keeps its file', async () => {
    const { world, path } = strayWorld();
    await finalized(world);
    decide(world, path, `{keep: {until: "${at(24 * 60)}"}}`);
    const text = world.git.text(path, head);
    world.git.commit('By hand', { 'orphans/our-test-machine.yaml': text });
    await finalized(world);
    assert.equal(world.git.text('orphans/our-test-machine.yaml'), text);
    assert.equal(world.forge.open().length, 0);
  });

  test('an expired keep is asked about again, in its file', async () => {
    const { world, path } = strayWorld();
    await finalized(world);
    decide(world, path, `{keep: {until: "${at(24 * 60)}"}}`);
    world.git.commit('By hand', { 'orphans/our-test-machine.yaml': world.git.text(path, head) });
    await finalized(world);
    world.advance(25 * 3_600_000);
    const { proposals } = await finalized(world);
    assert.equal(proposals.length, 1);
    assert.match(world.git.text('orphans/our-test-machine.yaml', head) ?? '', /: undecided$/m);
    assert.match(world.git.text('orphans/our-test-machine.yaml') ?? '', /keep:/);
    assert.equal(world.git.text(path, head), null);
    assert.match(world.forge.open()[0]?.body ?? '', /it was kept until 20/);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('a keep that was prolonged since the plan is not asked about again', async () => {
    const { world, path } = strayWorld();
    await finalized(world);
    decide(world, path, `{keep: {until: "${at(24 * 60)}"}}`);
    const text = world.git.text(path, head) ?? '';
    world.git.commit('By hand', { [path]: text });
    await finalized(world);
    world.advance(25 * 3_600_000);
    const plan = await planned(world);
    assert.equal(plan.orphans[0]?.decision, 'new');
    world.git.commit('For longer', { [path]: text.replace(at(24 * 60), at(99 * 60)) });
    assert.deepEqual((await finalized(world, plan)).proposals, []);
    assert.equal(world.forge.open().length, 0);
  });

  test('a decision that came after the plan is not removed as carried out', async () => {
    const { world } = strayWorld();
    const plan = await planned(world);
    const late = stray(world, 'late');
    await finalized(world);
    decide(world, pathOf(late), 'destroy');
    world.forge.merge(1);
    await finalized(world, plan);
    assert.match(world.git.text(pathOf(late)) ?? '', /^decision: destroy/m);
  });

  test('an invalid decision file stays for its author', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.git.commit('Decide', { 'orphans/x.yaml': 'decision: destroy\n' });
    await finalized(world);
    assert.equal(world.git.text('orphans/x.yaml'), 'decision: destroy\n');
  });

  test('an unreadable decision is named with line and column, and not asked for again', async () => {
    const { world, server, path } = strayWorld();
    await finalized(world);
    for (const [wrong, message] of [
      ['destory', /:\d+:1: decision must be one of undecided, destroy, adopt/],
      ['keep: {until: 2026-12-24}', /:\d+:\d+: Nested mappings are not allowed/],
    ] as const) {
      decide(world, path, wrong);
      world.forge.merge(world.forge.open()[0]?.number ?? 0);
      const line = (world.git.text(path) ?? '').split('\n').findIndex((one) => one.includes(wrong));
      const { orphans, unreadable, changes } = await planned(world);
      assert.deepEqual(
        unreadable.map((one) => one.path),
        [path],
      );
      assert.match(unreadable[0]?.message ?? '', message);
      assert.ok(unreadable[0]?.message.startsWith(`${path}:${line + 1}:`));
      assert.deepEqual(
        orphans.map(({ id, decision }) => [id, decision]),
        [[server.id, 'undecided']],
      );
      assert.ok(orphans[0]?.why.endsWith(`; ${unreadable[0]?.message}`));
      assert.deepEqual(changes, []);
      assert.deepEqual((await finalized(world)).proposals, []);
      assert.deepEqual(await effectsOfAnother(world), []);
      assert.match(world.git.text(path) ?? '', new RegExp(`decision: ${wrong}`));
      // Repaired on `main`, as the message asks: it decides.
      const text = (world.git.text(path) ?? '').replace(
        `decision: ${wrong}`,
        'decision: undecided',
      );
      world.git.commit('Put right', { [path]: text });
      assert.deepEqual((await planned(world)).unreadable, []);
      world.git.commit('Begin again', { [path]: null });
      await finalized(world);
    }
  });

  test('a pull request that a person closes is opened once more, not by every run', async () => {
    const { world } = strayWorld();
    await finalized(world);
    await world.ports.forge.closeProposal(1);
    assert.equal((await finalized(world)).proposals.length, 1);
    assert.deepEqual(await effectsOfAnother(world), []);
    assert.equal(world.forge.open().length, 1);
  });

  test('in a partial reading nothing is proposed, closed or removed', async () => {
    const { world, server } = strayWorld();
    await finalized(world);
    world.project.servers.delete(server.id);
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'states', method: 'list', kind: 'fail', failure });
    await finalized(world);
    assert.equal(world.forge.open().length, 1);
  });

  test('wherever finalize dies or an answer is lost, the next one leaves one whole pull request', async () => {
    const deaths = await everyDeath({
      world: () => strayWorld().world,
      flow: finalized,
      async after(world) {
        await finalized(world);
        assert.equal(world.forge.open().length, 1);
        assert.equal(world.forge.open()[0]?.head, head);
        const files = [...(world.git.tip(head)?.tree.keys() ?? [])];
        assert.equal(files.filter((path) => path.startsWith('orphans/')).length, 1);
        assert.deepEqual(await effectsOfAnother(world), []);
      },
    });
    assert.ok(deaths >= 9, `${deaths} deaths`);
  });

  test('a Forge that is down is reported, after the records were written', async () => {
    const { world } = strayWorld();
    edit(world, 1, { hold: { reason: 'look', since: at(-5), until: at(60) } });
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'forge', method: 'openProposal', kind: 'fail', failure, times: 9 });
    const { failed } = await finalized(world);
    assert.deepEqual(
      failed.map(({ part, reason }) => `${part}: ${reason}`),
      ['removed files', 'approvals', 'orphans'].map((part) => `${part}: ProviderOutage`),
    );
    assert.equal(recordOf(world, 1)?.conditions[0]?.reason, 'Held');
  });
});
