/** One pull request asks for exactly what the limits refuse, and each approval is used once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseApprovalFile } from '../../../../reconciler/core/agent/decision-file.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { at, idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, isOn, recordOf, serverOf } from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce, untilQuiet } from '../apply/reconciling.ts';
import { effectsOfAnother, finalized, planned } from './finalizing.ts';

const head = 'aura/approvals';
const hour = 3_600_000;

/** Five retirements at once are more than the limits let through. */
function refusedWorld(count = 5): FakeWorld {
  const world = createFakeWorld();
  for (let n = 1; n <= count; n += 1) {
    bringUp(world, n, {}, { cost: { monthly: 5.5, currency: 'EUR' } });
    retire(world, n);
  }
  return world;
}

function retire(world: FakeWorld, n: number): void {
  edit(world, n, { retired: { at: at(-600), by: 'person', reason: `a clean-up of ${n}` } });
}

function asked(world: FakeWorld): readonly string[] {
  return [...(world.git.tip(head)?.tree.keys() ?? [])].filter((path) =>
    path.startsWith('approvals/'),
  );
}

function entriesIn(world: FakeWorld, branch = head) {
  const [path = ''] = asked(world);
  const parsed = parseApprovalFile({ path, oid: '', text: world.git.text(path, branch) ?? '' });
  assert.ok(parsed.ok);
  return parsed.value.entries;
}

function openNumber(world: FakeWorld): number {
  const [open, ...more] = world.forge.open();
  assert.ok(open !== undefined && more.length === 0, `${world.forge.open().length} are open`);
  return open.number;
}

describe('an approval', () => {
  test('is requested by one pull request that lists exactly the refused set, sorted', async () => {
    const world = refusedWorld();
    const main = world.git.tip('main')?.id;
    const report = await finalized(world);
    assert.equal(report.proposals.length, 1);
    assert.equal(world.git.tip('main')?.id, main, 'main is left');
    assert.equal(asked(world).length, 1);
    const plan = await planned(world);
    const wanted = plan.refused.map(({ change }) => ({
      agent: change.agent,
      server: change.kind === 'retire' ? change.servers[0] : '',
      file: change.basis.file,
      change: change.kind,
    }));
    assert.equal(wanted.length, 5);
    assert.deepEqual(
      entriesIn(world),
      wanted.sort((a, b) => (a.agent < b.agent ? -1 : 1)),
    );
  });

  test('describes the ends with their figures', async (t) => {
    const world = refusedWorld();
    await finalized(world);
    const [proposal] = world.forge.open();
    t.assert.snapshot(`${proposal?.title}\n\n${proposal?.body}`, { serializers: [String] });
  });

  test('is requested once: an hour later nothing is written', async () => {
    const world = refusedWorld();
    await finalized(world);
    world.advance(hour);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('follows the refused set in place: one file, the same pull request', async () => {
    const world = refusedWorld();
    await finalized(world);
    const [before] = asked(world);
    bringUp(world, 6);
    retire(world, 6);
    await finalized(world);
    assert.equal(openNumber(world), 1);
    assert.equal(asked(world).length, 1);
    assert.notEqual(asked(world)[0], before);
    assert.equal(entriesIn(world).length, 6);
    assert.match(world.forge.open()[0]?.title ?? '', /^Approve 6 deletions/);
  });

  test('that a person makes unreadable is named, and not requested again', async () => {
    const world = refusedWorld();
    await finalized(world);
    const [path = ''] = asked(world);
    const text = (world.git.text(path, head) ?? '').replace('entries:', 'entries');
    world.git.add(head, { subject: 'Leave one out', author: 'Pat', edits: { [path]: text } });
    world.forge.merge(openNumber(world));
    const plan = await planned(world);
    assert.deepEqual(
      plan.unreadable.map((one) => one.path),
      [path],
    );
    assert.match(plan.unreadable[0]?.message ?? '', new RegExp(`^${path}:\\d+:\\d+: `));
    assert.equal(plan.refused.length, 5);
    assert.deepEqual((await finalized(world)).proposals, []);
    assert.deepEqual(await effectsOfAnother(world), []);
    world.git.commit('Take it back', { [path]: null });
    assert.equal((await finalized(world)).proposals.length, 1);
  });

  test('is closed once nothing is refused any more', async () => {
    const world = refusedWorld(4);
    await finalized(world);
    edit(world, 1, { retired: undefined });
    const plan = await planned(world);
    assert.deepEqual(plan.refused, []);
    await finalized(world, plan);
    assert.deepEqual(world.forge.open(), []);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  describe('that a person closes', () => {
    async function declined(): Promise<FakeWorld> {
      const world = refusedWorld();
      await finalized(world);
      await world.spawn().ports.forge.closeProposal(openNumber(world));
      return world;
    }

    test('is not opened again for the same set, and nothing is written for it', async () => {
      const world = await declined();
      assert.deepEqual(await effectsOfAnother(world), []);
      world.advance(24 * hour);
      await finalized(world);
      assert.deepEqual(world.forge.open(), []);
      assert.deepEqual((await planned(world)).refused.length, 5, 'it stays refused');
    });

    test('also where its branch was deleted with it', async () => {
      const world = await declined();
      world.git.branches.delete(head);
      assert.deepEqual(await effectsOfAnother(world), []);
    });

    test('is requested again once the set is another one', async () => {
      const world = await declined();
      bringUp(world, 6);
      retire(world, 6);
      await finalized(world);
      assert.equal(openNumber(world), 2);
      assert.equal(entriesIn(world).length, 6);
    });

    test('is updated in place once a person reopens it', async () => {
      const world = await declined();
      const [proposal] = world.forge.proposals;
      assert.ok(proposal !== undefined);
      proposal.state = 'open';
      bringUp(world, 6);
      retire(world, 6);
      await finalized(world);
      assert.deepEqual([openNumber(world), entriesIn(world).length], [1, 6]);
    });
  });

  test('that was closed because nothing was refused is requested again, with a remark', async () => {
    const world = refusedWorld(4);
    await finalized(world);
    edit(world, 1, { retired: undefined });
    await finalized(world);
    assert.match(world.forge.proposals[0]?.body ?? '', /Closed by Aura/);
    retire(world, 1);
    await finalized(world);
    assert.equal(openNumber(world), 2);
  });

  test('in a partial reading nothing is requested or closed', async () => {
    const world = refusedWorld();
    await finalized(world);
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'tailnet', method: 'devices', kind: 'fail', failure });
    const plan = await planned(world);
    assert.equal(plan.reading.kind, 'partial');
    await finalized(world, plan);
    assert.equal(world.forge.open().length, 1);
  });

  test('merged, it lets exactly these through, once each, and its file is removed; signups continue', async () => {
    const world = refusedWorld();
    askFor(world, 20);
    await reconcileOnce(world);
    assert.ok(isOn(world, 20), 'a signup does not wait for it');
    assert.equal(world.project.deletions.length, 0);
    const [path = ''] = asked(world);
    world.forge.merge(openNumber(world), { approvedBy: ['kim'] });
    askFor(world, 21);
    await reconcileOnce(world);
    assert.ok(isOn(world, 21));
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((n) => serverOf(world, n)),
      [null, null, null, null, null],
    );
    assert.equal(recordOf(world, 3)?.destroyed[0]?.approval, path);
    await untilQuiet(world);
    assert.equal(world.git.text(path), null, 'used up');
    assert.deepEqual(world.forge.open(), []);
    assert.equal(world.project.deletions.length, 5);
  });

  test('approved ends are not counted: the usual deletions continue beside them', async () => {
    const world = refusedWorld();
    await reconcileOnce(world);
    world.forge.merge(openNumber(world));
    await reconcileOnce(world);
    bringUp(world, 7);
    edit(world, 7, { retired: { at: at(-500), by: 'person', reason: 'another day' } });
    await reconcileOnce(world);
    assert.equal(serverOf(world, 7), null);
  });

  test('an unused one is removed when it expires, and requested again', async () => {
    const world = refusedWorld();
    await finalized(world);
    world.git.halt('look first');
    world.forge.merge(openNumber(world));
    const [path = ''] = asked(world);
    world.advance(25 * hour);
    world.git.resume();
    await reconcileOnce(world);
    assert.equal(world.git.text(path), null);
    assert.match(
      world.git.history('main').at(-1)?.body ?? '',
      /approvals\/[0-9a-f]{16}\.yaml: more than 24 hours have passed/,
    );
    assert.equal(world.project.deletions.length, 0);
    assert.equal(world.forge.open().length, 1);
  });

  test('one on main that does not count blocks nothing: another is requested', async () => {
    const world = refusedWorld();
    await finalized(world);
    const [path = ''] = asked(world);
    const text = world.git.text(path, head);
    world.forge.proposals.length = 0;
    world.git.commit('Just do it', { [path]: text });
    await finalized(world);
    assert.equal(world.project.deletions.length, 0);
    assert.ok(world.git.text(path) !== null);
    assert.ok(asked(world).some((one) => one.endsWith('-2.yaml')));
  });

  for (const [name, codeOwners, approvedBy, counts] of [
    ['a code owner', '/approvals/ @kim\n', ['kim'], true],
    ['a code owner, whatever the case of the name', '/approvals/ @Kim\n', ['kim'], true],
    ['another account', '/approvals/ @kim\n', ['nora'], false],
    ['a member of the team', '/approvals/ @aura/operators\n', ['kim'], true],
    ['an account outside of the team', '/approvals/ @aura/operators\n', ['nora'], false],
    [
      'any account, where the team is not to be seen',
      '/approvals/ @aura/secret\n',
      ['nora'],
      false,
    ],
    ['one owner beside a team that is not to be seen', '/approvals/ @aura/x @kim\n', ['kim'], true],
    ['any account, where an address owns it', '/approvals/ kim@example.com\n', ['kim'], false],
    ['an owner of a line that GitHub skips', '/approvals/ @nora nora\n', ['nora'], false],
    ['an owner who may only read', '/approvals/ @rita\n', ['rita'], false],
    ['a reader, where no line names an owner', '/orphans/ @kim\n*.yaml\n', ['rita'], false],
    ['absent', '/approvals/ @kim\n', [], false],
  ] as const) {
    test(`approved by ${name} ${counts ? 'counts' : 'does not count'}`, async () => {
      const world = refusedWorld();
      world.forge.teams.set('aura/operators', ['kim', 'olivia']);
      world.forge.readers.add('rita');
      world.git.commit('Owners', { CODEOWNERS: `* @all\n${codeOwners}` });
      await finalized(world);
      world.forge.merge(openNumber(world), { approvedBy });
      const plan = await planned(world);
      assert.equal(plan.refused.length, counts ? 0 : 5);
    });
  }

  test('one that comes with a change of its code owners does not count', async () => {
    const world = refusedWorld();
    world.git.commit('Owners', { CODEOWNERS: '/approvals/ @kim\n' });
    await finalized(world);
    world.git.add(head, { subject: 'And me', edits: { CODEOWNERS: '/approvals/ @nora\n' } });
    world.forge.merge(openNumber(world), { approvedBy: ['nora'] });
    assert.equal((await planned(world)).refused.length, 5);
  });

  test('nor one whose pull request changed the code owners in another commit of its own', async () => {
    const world = refusedWorld();
    world.git.commit('Owners', { CODEOWNERS: '/approvals/ @kim\n' });
    await finalized(world);
    const number = openNumber(world);
    const before = world.git.tip('main')?.id ?? assert.fail();
    // Merged by rebase: its commits follow each other on main.
    world.git.commit('And me', { CODEOWNERS: '/approvals/ @nora\n' });
    world.forge.merge(number, { approvedBy: ['nora'] });
    const proposal = world.forge.proposals.find((one) => one.number === number) ?? assert.fail();
    proposal.onto = before;
    assert.equal((await planned(world)).refused.length, 5);
    proposal.approvedBy = ['kim', 'nora'];
    assert.equal((await planned(world)).refused.length, 0);
  });

  test('nor one that was created on a commit that git does not have', async () => {
    const world = refusedWorld();
    await finalized(world);
    const number = openNumber(world);
    world.forge.merge(number, { approvedBy: ['kim'] });
    const proposal = world.forge.proposals.find((one) => one.number === number) ?? assert.fail();
    const base = proposal.onto;
    proposal.onto = 'f'.repeat(40);
    assert.equal((await planned(world)).refused.length, 5);
    proposal.onto = base;
    assert.equal((await planned(world)).refused.length, 0);
  });

  test('wherever finalize dies or an answer is lost, the next one leaves one whole pull request', async () => {
    const deaths = await everyDeath({
      world: () => refusedWorld(),
      flow: finalized,
      async after(world) {
        await finalized(world);
        openNumber(world);
        assert.equal(asked(world).length, 1);
        assert.equal(entriesIn(world).length, 5);
        assert.deepEqual(await effectsOfAnother(world), []);
      },
    });
    assert.ok(deaths >= 6, `${deaths} deaths`);
  });

  test('an agent that is restored is not destroyed by it', async () => {
    const world = refusedWorld();
    await reconcileOnce(world);
    world.forge.merge(openNumber(world));
    edit(world, 2, { retired: undefined });
    await reconcileOnce(world);
    assert.notEqual(serverOf(world, 2), null);
    assert.equal(world.project.deletions.length, 4);
    assert.ok(world.project.deletions.every(({ server }) => server.name !== idNo(2)));
  });
});
