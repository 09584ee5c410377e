/** What a plan says about mails to customers is what a run then sends. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { MailKind } from '../../../reconciler/core/mail/mail-kind.ts';
import { causedMails, mailLines } from '../../../reconciler/core/status/caused-mails.ts';
import { reconcile } from '../../../reconciler/flows/reconcile/reconcile.ts';
import { attempt, firstAttempt, recordNo, without } from '../../builders/world.ts';
import { askFor, edit, writeRecord } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

const minuteMs = 60_000;
const all = 'running, failed, recovered, suspended, retiring, refunded';
const rules = `mail: {kinds: [${all}]}\nrefund: {scope: none}\n`;

let world: FakeWorld;
let runs = 0;
beforeEach(async () => {
  world = createFakeWorld({ policy: rules });
  // Kinds are on from the first run on.
  await run();
});

/** The mails that the plan expects, and those that were sent, of one run. */
async function run(): Promise<{ expected: readonly MailKind[]; sent: readonly string[] }> {
  runs += 1;
  let expected: readonly MailKind[] = [];
  const { finalized } = await reconcile(world.ports, {
    run: firstAttempt(`mails-${runs}`),
    onPlan(plan, seen) {
      expected = causedMails(plan, seen);
    },
  });
  world.advance(10 * minuteMs);
  const sent = finalized.mails.sent.map((one) => one.split(' ')[1] ?? '');
  return { expected: [...expected].sort(), sent: sent.sort() };
}
async function sends(...kinds: readonly MailKind[]): Promise<void> {
  assert.deepEqual(await run(), { expected: kinds, sent: kinds });
}
const now = () => new Date(world.time.now()).toISOString();

describe('the mails that a plan causes', () => {
  it('are those that its run sends, from the first create to the end', async () => {
    askFor(world, 1);
    askFor(world, 2);
    askFor(world, 3);
    await sends('running', 'running', 'running');
    await sends();
    askFor(world, 1, { access: { state: 'suspended', since: now() } });
    edit(world, 2, { power: 'stopped' });
    edit(world, 3, { power: 'stopped' });
    await sends('suspended');
    await sends();
    world.advance(61 * minuteMs);
    askFor(world, 1, { access: { state: 'granted', since: now() } });
    edit(world, 2, { power: 'running' });
    await sends('recovered');
    await sends();
    for (const n of [1, 3])
      edit(world, n, { retired: { at: now(), by: 'customer', reason: 'asked' } });
    await sends('retiring', 'retiring');
    await sends();
    world.advance(61 * minuteMs);
    await sends();
  });

  it('are those about an agent that is given up', async () => {
    askFor(world, 1);
    const ended = now();
    const failed = attempt({ started: ended, ended });
    const attempts = [failed, failed, failed, failed];
    writeRecord(
      world,
      without(recordNo(1, { phase: 'queued', everRunning: false, attempts }), 'server'),
    );
    world.advance(10 * minuteMs);
    await sends('failed');
    world.advance(61 * minuteMs);
    edit(world, 1, { revision: 2 });
    await sends('recovered');
  });
});

describe('the lines about them', () => {
  const caused: readonly MailKind[] = ['running', 'running', 'suspended'];
  const mail = (...kinds: MailKind[]) => ({ kinds, perHourMax: 60 });

  it('say which are sent, and which the policy does not name', () => {
    assert.deepEqual(mailLines(caused, mail('running', 'suspended'), []), [
      'Mails to customers after these changes: 2 running, 1 suspended',
    ]);
    assert.deepEqual(mailLines(caused, mail('running'), []), [
      'Mails to customers after these changes: 2 running',
      'No mails to customers about: 1 suspended; mail.kinds of policy.yaml does not name them',
    ]);
    assert.deepEqual(mailLines(caused, mail(), []), [
      'No mails to customers about: 2 running, 1 suspended; mail.kinds of policy.yaml is empty',
    ]);
    assert.deepEqual(mailLines([], mail(), ['RESEND_API_KEY']), []);
  });

  it('say what is not set, and how many are sent an hour', () => {
    const [line] = mailLines(caused, mail('running'), ['RESEND_API_KEY', 'AURA_MAIL_FROM']);
    assert.match(line ?? '', /none is sent without: RESEND_API_KEY, AURA_MAIL_FROM$/);
    const [paced] = mailLines(caused, { ...mail('running'), perHourMax: 1 }, []);
    assert.match(paced ?? '', /2 running, 1 an hour$/);
  });
});
