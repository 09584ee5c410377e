/** The runbook about mails that fail is followed to its end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Customer, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { mailCheck } from './readiness-checks.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const policy = `${policyText}mail: {kinds: [running]}\n`;
const unverified = { AURA_MAIL_FROM: 'aura@unknown.example' };

describe('the runbook about mails', { skip }, () => {
  let desk: Desk;
  let one: Customer;

  before(async () => {
    desk = await openDesk({ seed: 61, rate: 60, policy });
    assert.equal((await desk.verb('aura init')).code, 0);
    one = await desk.pay(await desk.open());
  });
  after(() => desk?.close());

  const raised = async () => (await desk.alarms()).includes('MailFailing');

  test('the doctor says whether customers get mail, and what is missing', async () => {
    const found = async (more = {}) => {
      const { stdout } = await desk.verb('aura doctor --json', more);
      const { checks } = JSON.parse(stdout) as { checks: { name: string; message: string }[] };
      return checks.find(({ name }) => name === mailCheck);
    };
    assert.equal((await found())?.message, 'they get mails: running');
    const lacks = await found({ AURA_TOKEN_SECRET: '' });
    assert.match(JSON.stringify(lacks), /they get no mail: not set: AURA_TOKEN_SECRET.*todo/);
    await desk.edit('policy.yaml', (text) => text.replace('[running]', '[]'));
    assert.match(JSON.stringify(await found()), /mail\.kinds of policy\.yaml is empty.*todo/);
    await desk.edit('policy.yaml', (text) => text.replace('kinds: []', 'kinds: [running]'));
  });

  test('a sender that Resend does not accept', async () => {
    const book = openRunbook('mail-failing.md');
    const said = await desk.verb('aura reconcile', unverified);
    assert.match(said.stdout, /FAILED mails/);
    assert.ok(!(await raised()), 'not within the hour');
    desk.advance(3700);
    assert.equal((await desk.verb('aura reconcile', unverified)).code, 3);
    assert.ok(await raised());
    assert.deepEqual(desk.cloud.world.mail.mails(), []);

    const looked = await desk.verb(book.command('aura doctor'), unverified);
    assert.match(looked.stdout, /Resend refuses mails from unknown.example/);
    const mailed = await desk.follow(book, 'aura history AGENT', { AGENT: one.id });
    assert.match(mailed.stdout, /mail running.*failing \(Forbidden\)/);
    book.says('Where the domain is not verified, add its records');
    await desk.reconciled();
    assert.equal(desk.cloud.world.mail.mails().length, 1);
    assert.ok(!(await raised()));
    book.finish();
  });
});
