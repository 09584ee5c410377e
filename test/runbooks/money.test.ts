/** What the daily comparison of subscriptions and servers finds, from the alarms to their ends. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const hour = 3600;
const check = 'aura cost --check';

describe('money', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let customer: Customer;
  before(async () => {
    desk = await openDesk({ seed: 63, rate: 60, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    [customer] = (await desk.running(ports, 1)) as [Customer];
    desk.advance(2 * hour);
    await desk.reconciled();
  });
  after(() => desk?.close());

  const raised = async (kind: string) => (await desk.alarms()).includes(kind);
  const withPolicy = (line: string) =>
    desk.edit('policy.yaml', (text) => `${text}${line}\n`, 'Another policy');
  const withoutPolicy = (line: string) =>
    desk.edit('policy.yaml', (text) => text.replace(`${line}\n`, ''), 'The former policy');

  test('nothing is found, and nothing is written', async () => {
    const before = await desk.shell('git ls-remote origin status');
    const said = await desk.verb(check);
    assert.equal(said.code, 0, said.stdout + said.stderr);
    assert.match(said.stdout, /starter in eu-central +1 agent +19\.00 EUR charged .* EUR cost/);
    assert.match(said.stdout, /agree/);
    assert.equal((await desk.shell('git ls-remote origin status')).stdout, before.stdout);
  });

  test('margin low', async () => {
    const book = openRunbook('margin-low.md');
    await withPolicy('margin: {percentMin: 99}');
    const said = await desk.follow(book, check);
    assert.equal(said.code, 3);
    assert.match(
      said.stdout,
      new RegExp(`MarginLow +1 margin: starter in eu-central has [\\d.]+ %\\n +${customer.id}\\n`),
    );
    assert.ok(await raised('MarginLow'));
    book.says('lower `margin.percentMin` in `policy.yaml`');
    await withoutPolicy('margin: {percentMin: 99}');
    await desk.verb(check);
    assert.equal(await raised('MarginLow'), false);
    book.finish();
  });

  test('cost anomaly', async () => {
    const book = openRunbook('cost-anomaly.md');
    await withPolicy('limits: {fleetCostMonthlyMax: 1}');
    assert.equal((await desk.follow(book, check)).code, 3);
    assert.ok(await raised('CostAnomaly'));
    const made = await fetch(`${desk.env['HCLOUD_ENDPOINT']}/volumes`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${desk.env['HCLOUD_TOKEN']}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ name: 'data', size: 100, location: 'fsn1' }),
    });
    assert.equal(made.status, 201);
    const { stdout } = await desk.follow(book, 'aura cost --by customer');
    assert.match(stdout, /Besides\n +1 volume, without the label of the fleet +4\.40\n/);
    assert.match(stdout, /By customer\n +customer +servers +a month\s.*\n +cus_\w+ +1 +[\d.]+/);
    assert.match((await desk.follow(book, 'aura cost --by plan')).stdout, /By plan/);
    book.says('raise `limits.fleetCostMonthlyMax`');
    await withoutPolicy('limits: {fleetCostMonthlyMax: 1}');
    await desk.verb(check);
    assert.equal(await raised('CostAnomaly'), false);
    book.finish();
  });

  test('price differs', async () => {
    const book = openRunbook('price-differs.md');
    const stated = (price: string) => `    price: {monthly: ${price}, currency: EUR}\n`;
    const firstPlan = /(?=^ {4}serverTypes)/m;
    await desk.edit('catalog.yaml', (text) => text.replace(firstPlan, stated('29')), 'A price');
    const said = await desk.follow(book, check);
    assert.equal(said.code, 3);
    assert.match(
      said.stdout,
      /PriceDiffers +1 price: starter is shown for 29\.00 EUR a month, and price_\w+ charges 19\.00 EUR/,
    );
    assert.ok(await raised('PriceDiffers'));
    book.says('Correct `price` of the plan in `catalog.yaml`');
    await desk.edit('catalog.yaml', (text) => text.replace(stated('29'), stated('19')), 'Right');
    assert.equal((await desk.verb(check)).code, 0);
    assert.equal(await raised('PriceDiffers'), false);
    book.finish();
  });

  test('billed servers differ', async () => {
    const book = openRunbook('billed-servers-differ.md');
    const { subscription } = await desk.cloud.world.control.checkout({ plan: 'starter' });
    desk.advance(2 * hour);
    const said = await desk.follow(book, check);
    assert.match(said.stdout, new RegExp(`BilledServersDiffer.*${subscription} pays, and has no`));
    assert.ok(await raised('BilledServersDiffer'));
    await desk.follow(book, 'aura status AGENT', { AGENT: customer.id });
    await desk.follow(book, 'aura resync');
    await desk.reconciled();
    const again = await desk.verb(check);
    assert.equal(again.code, 0, again.stdout + again.stderr);
    assert.equal(await raised('BilledServersDiffer'), false);
    book.finish();
  });

  test('retired but charged', async () => {
    const book = openRunbook('retired-but-charged.md');
    const at = new Date(desk.cloud.world.clock.now()).toISOString();
    const tombstone = `  retired: {at: "${at}", by: person, reason: a mistake}\n`;
    await desk.edit(desk.fileOf(customer), (text) => text + tombstone, 'Retired');
    await desk.reconciled();
    desk.advance(2 * hour);
    for (let runs = 0; runs < 4; runs += 1) await desk.reconciled();
    const said = await desk.follow(book, check);
    assert.match(
      said.stdout,
      /RetiredButCharged +1 agent: agt-\w+: sub_\w+ pays, and nothing is left/,
    );
    assert.ok(await raised('RetiredButCharged'));
    const { stdout } = await desk.follow(book, 'aura history AGENT', { AGENT: customer.id });
    assert.match(stdout, /Retired/);
    book.elsewhere('aura restore AGENT', 'test/runbooks/files.test.ts');
    book.says('cancel the subscription at Stripe');
    await desk.cloud.world.control.cancel({ ...customer, atPeriodEnd: false });
    await desk.follow(book, 'aura resync');
    await desk.verb(check);
    assert.equal(await raised('RetiredButCharged'), false);
    book.finish();
  });
});
