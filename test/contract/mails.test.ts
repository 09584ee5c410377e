/**
 * Mails to customers, with the real program on the local cloud: `aura finalize` is killed at each of
 * its requests, and answers are lost. Every customer gets one mail.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Fault } from '../../local-cloud/faults.ts';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { parseRecordFile } from '../../reconciler/core/fleet/record-file.ts';
import { type Desk, openDesk } from '../runbooks/desk.ts';
import { until } from '../support/until.ts';
import { type Customer, type FleetPorts, policyText, toolsHere } from './fleet-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const policy = `${policyText}mail: {kinds: [running, suspended, retiring, refunded]}\n`;
const program = new URL('../../reconciler/app/cli/aura.ts', import.meta.url).pathname;

describe('mails to customers', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let plan: string;
  const mails = () => desk.cloud.world.mail.mails();

  before(async () => {
    desk = await openDesk({ seed: 77, rate: 60, policy });
    plan = join(desk.folder, 'plan.json');
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
  });
  after(() => desk?.close());

  async function fine(line: string): Promise<string> {
    const said = await desk.verb(line);
    assert.ok([0, 2, 3].includes(said.code), `${line}: ${said.stdout}${said.stderr}`);
    return said.stdout;
  }
  /** Up, and its customer has no mail yet. */
  async function justUp(): Promise<Customer> {
    const customer = await desk.pay(ports);
    await fine(`aura plan --out ${plan}`);
    await fine(`aura apply --plan ${plan}`);
    return customer;
  }
  async function stateOf({ id }: Customer): Promise<string | undefined> {
    const path = agentPath(id);
    const text = await desk.shell(`git fetch --quiet && git show origin/status:${path}`);
    const file = parseRecordFile({ path, text: text.stdout });
    return file.kind === 'valid' ? file.record.mails?.running?.state : file.why;
  }
  /** Killed once it waits for the answer to the request that the fault holds. */
  async function killedAt(fault: Fault): Promise<void> {
    const { control } = desk.cloud.world;
    control.addFault({ ...fault, times: 1 });
    const child = spawn(process.execPath, [program, 'finalize', '--plan', plan], {
      env: { ...desk.env, PATH: process.env['PATH'] },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    await until('the request is held', () => desk.cloud.world.faults.pending().length === 0);
    child.kill('SIGKILL');
    await ended;
  }

  test('the first one has a link, and the address is in no commit', async () => {
    const customer = await justUp();
    const said = await fine(`aura finalize --plan ${plan}`);
    assert.match(said, /1 mail sent/);
    const [mail, ...more] = mails();
    assert.deepEqual(more, []);
    assert.deepEqual(mail?.to, ['customer@example.com']);
    assert.equal(mail?.subject, 'Your agent is running');
    assert.match(mail?.text ?? '', new RegExp(`${desk.env['AURA_PUBLIC_URL']}/.*${customer.id}`));
    assert.equal(await stateOf(customer), 'sent');
    const history = await desk.shell('git fetch --quiet && git log -p --all');
    assert.doesNotMatch(history.stdout, /customer@example\.com/);
    const before = await desk.shell('git rev-parse origin/status');
    assert.match(await fine(`aura finalize --plan ${plan}`), /nothing to write/);
    const after = await desk.shell('git fetch --quiet && git rev-parse origin/status');
    assert.equal(after.stdout, before.stdout);
  });

  const held = { kind: 'delay', ms: 60_000 } as const;
  const points: readonly (readonly [string, Fault])[] = [
    ['it asks Stripe for the address', { api: 'stripe', path: '/v1/customers', ...held }],
    ['it sends', { api: 'mail', ...held }],
    ['it has sent', { api: 'mail', ...held, handledFirst: true }],
  ];
  for (const [when, fault] of points)
    test(`killed when ${when}: the next run sends it, once`, async () => {
      const count = mails().length;
      const customer = await justUp();
      await killedAt(fault);
      assert.notEqual(await stateOf(customer), 'sent');
      await fine(`aura finalize --plan ${plan}`);
      assert.equal(mails().length, count + 1);
      assert.equal(await stateOf(customer), 'sent');
    });

  test('a lost answer, a broken one, an outage: sent once', async () => {
    for (const fault of [
      { api: 'mail', kind: 'timeoutAfter', ms: 0 },
      { api: 'mail', kind: 'truncate' },
      { api: 'mail', kind: 'status', status: 503 },
    ] as const) {
      const count = mails().length;
      const customer = await justUp();
      desk.cloud.world.control.addFault({ ...fault, times: 1 });
      assert.match(await fine(`aura finalize --plan ${plan}`), /FAILED mails/);
      assert.equal(await stateOf(customer), 'failing');
      await fine(`aura finalize --plan ${plan}`);
      assert.equal(mails().length, count + 1, fault.kind);
      assert.equal(await stateOf(customer), 'sent');
    }
  });
});
