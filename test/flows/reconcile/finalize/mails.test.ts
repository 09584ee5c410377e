/** Mails to customers: each once, whatever happens to the run that sends it. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import type { AgentRecord } from '../../../../reconciler/core/fleet/recorded.ts';
import { finalize } from '../../../../reconciler/flows/reconcile/finalize/finalize.ts';
import { at, idNo } from '../../../builders/world.ts';
import { bringUp, edit, recordOf, writeRecord } from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { everyHalt, pause } from '../../../fakes/halts.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { endsPause } from '../../../simulation/operators.ts';
import { effectsOfAnother, finalized, planned } from './finalizing.ts';

const all = 'running, failed, recovered, suspended, retiring, refunded';
const minuteMs = 60_000;
const policyWith = (mail: string) => `mail: {kinds: [${all}]${mail}}\n`;

/** A fleet whose mail is on since a while, without agents. */
async function mailing(mail = ''): Promise<FakeWorld> {
  const world = createFakeWorld({ policy: policyWith(mail) });
  bringUp(world, 9, {}, { timings: [{ step: 'done', at: at(-600) }] });
  await finalized(world);
  assert.deepEqual(world.mails, [], 'it ran before mail was switched on');
  world.advance(10 * minuteMs);
  return world;
}
/** Its create ends now. */
function justUp(world: FakeWorld, n: number): void {
  const now = new Date(world.time.now()).toISOString();
  bringUp(world, n, {}, { timings: [{ step: 'done', at: now }], phaseSince: now });
}
const sent = (world: FakeWorld) => world.mails.map(({ to, subject }) => `${to}: ${subject}`);
const mailsOf = (world: FakeWorld, n: number): AgentRecord['mails'] => recordOf(world, n)?.mails;

let world: FakeWorld;
beforeEach(async () => {
  world = await mailing();
});

describe('a mail to a customer', () => {
  it('is sent once, with the link, and a converged fleet sends none', async () => {
    justUp(world, 1);
    const { mails } = await finalized(world);
    assert.deepEqual(mails, { sent: [`${idNo(1)} running`], waiting: 0, lacks: [] });
    const [mail] = world.mails;
    assert.deepEqual(sent(world), ['cus_Test1@example.com: Your agent is running']);
    assert.match(mail?.text ?? '', /There is nothing you need to do/);
    assert.match(mail?.text ?? '', new RegExp(`https://aura.example/a/${idNo(1)}`));
    assert.equal(mail?.idempotencyKey, `${idNo(1)}/mail-running/1`);
    assert.equal(mailsOf(world, 1)?.running?.state, 'sent');
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  it('is begun in the record before it is sent, and nothing keeps the address', async () => {
    justUp(world, 1);
    await finalized(world);
    const order = world.calls.filter((call) => /journal.push|customerMail/.test(call));
    assert.deepEqual(order.slice(-3), ['journal.push', 'customerMail.send', 'journal.push']);
    const kept = JSON.stringify([world.git.history('status'), world.logs, recordOf(world, 1)]);
    assert.doesNotMatch(kept, /@example\.com/);
  });

  it('dies at any line, loses any answer, and is still sent once', async () => {
    const deaths = await everyDeath({
      async world() {
        const fresh = await mailing();
        justUp(fresh, 1);
        justUp(fresh, 2);
        return fresh;
      },
      flow: (fresh) => finalized(fresh),
      async after(fresh, { name }) {
        fresh.advance(10 * minuteMs);
        await finalized(fresh);
        assert.equal(fresh.mails.length, 2, name);
        for (const n of [1, 2]) assert.equal(mailsOf(fresh, n)?.running?.state, 'sent', name);
        assert.deepEqual(await effectsOfAnother(fresh), [], name);
      },
    });
    assert.ok(deaths > 10, `${deaths} deaths`);
  });

  it('is not sent again once Resend has forgotten its key: it may have arrived', async () => {
    justUp(world, 1);
    world.fault({ port: 'customerMail', kind: 'dieAfter' });
    await assert.rejects(finalized(world));
    world.restart();
    world.advance(25 * 60 * minuteMs);
    await finalized(world);
    assert.equal(world.mails.length, 1);
    assert.equal(mailsOf(world, 1)?.running?.state, 'unknown');
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  it('is not sent where another run has sent it meanwhile', async () => {
    justUp(world, 1);
    world.fault({ port: 'customerMail', kind: 'fail' });
    await finalized(world);
    assert.equal(mailsOf(world, 1)?.running?.state, 'failing');
    world.fault({
      port: 'billing',
      method: 'customerEmail',
      kind: 'meanwhile',
      run: () => {
        const record = recordOf(world, 1);
        const entry = record?.mails?.running;
        assert.ok(record !== null && entry !== undefined);
        writeRecord(world, { ...record, mails: { running: { ...entry, state: 'sent' } } });
      },
    });
    await finalized(world);
    assert.equal(world.calls.filter((call) => call === 'customerMail.send').length, 0);
  });

  it('is sent by one of two runs that overlap', async () => {
    justUp(world, 1);
    const plan = await planned(world);
    const other = world.spawn().ports;
    await Promise.all([finalize(world.ports, plan), finalize(other, plan)]);
    assert.equal(world.mails.length, 1);
    assert.equal(world.calls.filter((call) => call === 'customerMail.send').length, 1);
  });

  it('waits under a stop and a pause, and is sent afterwards', async () => {
    justUp(world, 1);
    const plan = await planned(world);
    pause(world);
    assert.match((await finalized(world, plan)).stopped ?? '', /^paused/);
    assert.deepEqual([world.mails, mailsOf(world, 1)], [[], undefined]);
    endsPause(world);
    await finalized(world);
    assert.equal(world.mails.length, 1);
  });

  it('is not sent after a stop or a pause, at whichever effect that comes', async () => {
    for (const by of [undefined, pause]) {
      const { count, beyond } = await everyHalt({
        async world() {
          const fresh = await mailing();
          for (const n of [1, 2, 3]) justUp(fresh, n);
          return fresh;
        },
        flow: (fresh) => finalized(fresh),
        ...(by === undefined ? {} : { by }),
      });
      assert.ok(count > 5, `${count} effects`);
      assert.deepEqual(beyond, []);
    }
  });
});

describe('mails of an hour', () => {
  it('are bounded over all runs; the oldest go first, and what is no longer true is dropped', async () => {
    world = await mailing(', perHourMax: 2');
    for (const n of [1, 2, 3, 4]) {
      justUp(world, n);
      world.advance(minuteMs);
    }
    const { mails } = await finalized(world);
    assert.deepEqual(mails.sent, [`${idNo(1)} running`, `${idNo(2)} running`].sort());
    assert.equal(mails.waiting, 2);
    world.advance(10 * minuteMs);
    assert.equal((await finalized(world)).mails.waiting, 2);
    await edit(world, 3, { power: 'stopped' });
    world.advance(55 * minuteMs);
    await finalized(world);
    assert.deepEqual(
      world.mails.map(({ to }) => to),
      ['cus_Test1@example.com', 'cus_Test2@example.com', 'cus_Test4@example.com'],
    );
  });
});

describe('a mail that cannot be sent', () => {
  it('is tried again while Resend is down, and the others wait', async () => {
    for (const n of [1, 2, 3, 4]) justUp(world, n);
    const failure = new Failure('ProviderOutage', 'Resend answers 500 (application_error)');
    world.fault({ port: 'customerMail', kind: 'fail', failure, times: 9 });
    const { failed } = await finalized(world);
    assert.deepEqual(
      failed.map(({ part, reason }) => [part, reason]),
      [
        ['mails', 'ProviderOutage'],
        ['mails', 'ProviderOutage'],
      ],
    );
    const states = [1, 2, 3, 4].map((n) => mailsOf(world, n)?.running?.state);
    assert.equal(states.filter((state) => state === 'failing').length, 2);
    assert.equal(states.filter((state) => state === undefined).length, 2);
    // A failure that lasts is written once.
    const status = world.git.tip('status')?.id;
    await finalized(world);
    assert.equal(world.git.tip('status')?.id, status);
    world.calm();
    await finalized(world);
    assert.equal(world.mails.length, 4);
  });

  it('is given up where Resend refuses it, or where the customer has no address', async () => {
    justUp(world, 1);
    justUp(world, 2);
    world.stripe.withoutAddress.add('cus_Test2');
    const failure = new Failure('InvalidInput', 'Resend answers 422 (validation_error)');
    world.fault({ port: 'customerMail', kind: 'fail', failure });
    await finalized(world);
    assert.equal(mailsOf(world, 1)?.running?.state, 'refused');
    assert.equal(mailsOf(world, 1)?.running?.reason, 'InvalidInput');
    assert.equal(mailsOf(world, 2)?.running?.state, 'noAddress');
    assert.deepEqual(await effectsOfAnother(world), []);
    assert.deepEqual(world.mails, []);
  });

  it('says which settings are missing, and writes nothing', async () => {
    justUp(world, 1);
    world.lacks.push('RESEND_API_KEY');
    const { mails } = await finalized(world);
    assert.deepEqual(mails, { sent: [], waiting: 1, lacks: ['RESEND_API_KEY'] });
    assert.equal(mailsOf(world, 1), undefined);
  });

  it('is not sent after a partial reading, which may lack what was sent', async () => {
    justUp(world, 1);
    const plan = await planned(world);
    await finalize(world.ports, { ...plan, reading: { kind: 'partial', reasons: [] } });
    assert.deepEqual(world.mails, []);
  });
});
