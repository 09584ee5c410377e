/**
 * What delays changes of a fleet, on the local cloud with the real Terraform, the real S3 locks and
 * GitHub's reviews: two runs at once, a limit, an approval, a stop during an apply. One story: each
 * test continues where the one before it ended.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseApprovalFile } from '../../reconciler/core/agent/decision-file.ts';
import { needsAttention, type Plan } from '../../reconciler/core/plan/plan.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import {
  type Customer,
  type FleetPorts,
  type FleetWorld,
  outcomesOf,
  policyText,
  startFleetWorld,
  toolsHere,
} from './fleet-world.ts';
import { draft } from './git-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
/**
 * Nothing ends without an approval, so that the ends of one can be distinguished from others.
 */
const strict = `${policyText}limits: {burstCount: 0, burstPercent: 0}\n`;

type AppliedLine = { agent: string; change: string; outcome: string };

describe('refusals on the local cloud', { skip }, () => {
  let world: FleetWorld;
  let ports: FleetPorts;
  let ended: readonly Customer[];
  let later: Customer;

  before(async () => {
    world = await startFleetWorld({ seed: 41, rate: 240, policy: strict });
    assert.equal((await aura(['init'], world.env)).code, 0);
    ports = await world.open();
  });
  after(() => world?.close());

  const namesOf = (...some: readonly Customer[]) => some.map(({ id }) => id).sort();
  const isThere = ({ id }: Customer) => world.servers().some(({ name }) => name === id);
  const refusedIn = (plan: Plan) => plan.refused.map(({ change }) => change.agent).sort();
  const hours = (count: number) => world.cloud.world.clock.advance(count * 3600);
  async function openPulls() {
    const pulls = await world.github('GET', '/pulls?state=open');
    return pulls as { number: number; title: string; body: string }[];
  }
  async function approvalsOn(branch: string) {
    const snapshot = await world.person().fetch(branch);
    const files = (await snapshot?.list('approvals/')) ?? [];
    const texts = await Promise.all(files.map(({ path }) => snapshot?.read(path)));
    return texts.flatMap((file, place) => {
      const path = files[place]?.path ?? '';
      const parsed = parseApprovalFile({ path, oid: '', text: file?.text ?? '' });
      return parsed.ok ? [parsed.value] : [];
    });
  }
  async function dump() {
    return (await world.cloud.world.control.dump()) as {
      states: readonly string[];
      locks: readonly string[];
      devices: readonly object[];
    };
  }

  test('two runs at once: each agent is created once, by one of them', async () => {
    const customers = [await world.pay(ports), await world.pay(ports), await world.pay(ports)];
    later = await world.pay(ports);
    ended = customers;
    const runs = await Promise.all([
      auraJson(['reconcile'], world.env),
      auraJson(['reconcile'], world.env),
    ]);
    const all = runs.flatMap(({ document }) => document['applied'] as AppliedLine[]);
    const made = all.filter(({ outcome }) => outcome === 'done').map(({ agent }) => agent);
    assert.deepEqual(made.sort(), namesOf(...customers, later), JSON.stringify(all));
    assert.deepEqual(
      all.filter(({ outcome }) => outcome !== 'done' && outcome !== 'skipped'),
      [],
    );
    const names = world.servers().map(({ name }) => name);
    assert.deepEqual(names.sort(), namesOf(...customers, later));
    const { states, locks, devices } = await dump();
    assert.deepEqual([states.length, locks.length, devices.length], [5, 0, 4]);
    const { plan } = await world.reconcile(ports);
    assert.deepEqual([plan.changes, plan.idle, plan.orphans], [[], [], []]);
  });

  test('a limit that is exceeded refuses all of it, and the rest of the plan runs', async () => {
    await world.cancel(ports, ...ended);
    await world.reconcile(ports);
    hours(2);
    const dora = await world.pay(ports);
    const reconciled = await world.reconcile(ports);
    assert.deepEqual(refusedIn(reconciled.plan), namesOf(...ended));
    assert.ok(needsAttention(reconciled.plan));
    assert.deepEqual(
      outcomesOf(reconciled).filter((line) => !/ power /.test(line)),
      [`${dora.id} create done`],
    );
    assert.ok([...ended, later, dora].every(isThere));
    const [pull, ...more] = await openPulls();
    assert.match(pull?.title ?? '', /^Approve 3 deletions/);
    assert.equal(more.length, 0);
    const [asked] = await approvalsOn('aura/approvals');
    assert.deepEqual(
      asked?.entries.map(({ agent }) => agent),
      namesOf(...ended),
    );
    const { records } = await ports.journal.read();
    const affected = records.filter(
      (file) => file.kind === 'valid' && JSON.stringify(file.record.conditions).includes('Refused'),
    );
    assert.deepEqual(affected.map(({ id }) => id).sort(), namesOf(...ended));
  });

  test('an approval works for the ends that it lists alone, while signups continue', async () => {
    await world.cancel(ports, later);
    await world.reconcile(ports);
    const [pull] = await openPulls();
    await world.github('POST', `/pulls/${pull?.number}/reviews`, { event: 'APPROVE' });
    await world.github('PUT', `/pulls/${pull?.number}/merge`, {});
    assert.equal((await approvalsOn('main')).length, 1);
    hours(2);
    const emil = await world.pay(ports);
    const reconciled = await world.reconcile(ports);
    assert.deepEqual(refusedIn(reconciled.plan), namesOf(later));
    assert.deepEqual(
      outcomesOf(reconciled).filter((line) => !/ power /.test(line)),
      [...ended.map(({ id }) => `${id} retire done`), `${emil.id} create done`].sort(),
    );
    assert.deepEqual([ended.filter(isThere), isThere(later), isThere(emil)], [[], true, true]);
  });

  test('it works once: used, its file is removed, and later ends are requested again', async () => {
    await world.reconcile(ports);
    const { plan } = await world.reconcile(ports);
    assert.deepEqual([refusedIn(plan), isThere(later)], [namesOf(later), true]);
    assert.deepEqual(await approvalsOn('main'), []);
    const [pull, ...more] = await openPulls();
    assert.match(pull?.title ?? '', /^Approve 1 deletion /);
    assert.deepEqual(more, []);
    const [asked] = await approvalsOn('aura/approvals');
    assert.deepEqual(
      asked?.entries.map(({ agent }) => agent),
      namesOf(later),
    );
  });

  test('a stop that is pushed during an apply: nothing is deleted, nothing continues', async () => {
    const [pull] = await openPulls();
    await world.github('POST', `/pulls/${pull?.number}/reviews`, { event: 'APPROVE' });
    await world.github('PUT', `/pulls/${pull?.number}/merge`, {});
    const finn = await world.pay(ports);
    const person = world.person();
    const [made, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { stacks, cloud } = ports;
    // One server has just been created, the other has lost its protection, before its deletion.
    const reconciled = await world.reconcile({
      ...ports,
      stacks: {
        ...stacks,
        async apply(planned) {
          await stacks.apply(planned);
          made.resolve();
          await stopped.promise;
        },
      },
      cloud: {
        ...cloud,
        async protect(id, on) {
          await cloud.protect(id, on);
          if (on) return;
          await made.promise;
          await person.push('stop', null, [draft('Something is wrong', {})]);
          stopped.resolve();
        },
      },
    });
    assert.deepEqual(
      reconciled.plan.changes.map(({ kind, agent }) => `${agent} ${kind}`).sort(),
      [`${finn.id} create`, `${later.id} retire`].sort(),
    );
    assert.deepEqual(
      outcomesOf(reconciled),
      [`${finn.id} create superseded`, `${later.id} retire superseded`].sort(),
    );
    assert.deepEqual([isThere(later), isThere(finn)], [true, true]);
    assert.deepEqual((await dump()).locks, []);
    const halted = await world.reconcile(ports);
    assert.deepEqual([halted.plan.stop, halted.plan.changes], ['Something is wrong', []]);
    assert.ok(isThere(later));

    assert.equal((await aura(['resume'], world.env)).code, 0);
    assert.deepEqual(
      outcomesOf(await world.reconcile(ports)),
      [`${finn.id} resume done`, `${later.id} retire done`].sort(),
    );
    assert.deepEqual([isThere(later), world.servers().length], [false, 3]);
  });
});
