/**
 * The whole life of an agent on the local cloud, as its customer sees it on the page: one browser tab
 * that stays open, with the real service, runs and Terraform behind it.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { aura } from '../app/cli/program.ts';
import { type Customer, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type ServedWorld, startServedWorld } from '../contract/served-world.ts';
import { until } from '../support/until.ts';
import { openBrowser, screenshot, violationsIn, withoutBrowser } from './chromium.ts';

const withoutTools =
  toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
/** A failed payment suspends at once; a tombstone has no grace. */
const policy = `${policyText}entitlement: {pastDueGraceDays: 0}\nretire: {graceHours: 0}\n`;

describe('the life of an agent', { skip: withoutBrowser || withoutTools }, () => {
  let browser: Browser;
  let world: ServedWorld;
  let customer: Customer;
  let page: Page;

  before(async () => {
    browser = await openBrowser();
    world = await startServedWorld({ seed: 71, rate: 10, policy });
    // The first run of an installation creates the branch of the records.
    await reconcile();
    customer = await world.pay('starter', 'eu-central');
    const { stdout } = await aura(['link', customer.id], world.env);
    const context = await browser.newContext({ colorScheme: 'dark' });
    page = await context.newPage();
    await page.clock.install();
    await page.goto(stdout.trim());
  });
  after(async () => {
    await browser?.close();
    await world?.close();
  });

  const headline = () => page.textContent('h1');
  const reconcile = async () => {
    const { code, stdout, stderr } = await aura(['reconcile'], world.env);
    assert.ok(code === 0, `${stdout}${stderr}`);
  };
  /** The page refreshes itself: it is never loaded again. Time passes faster in its tab only. */
  async function shows(text: string, name: string): Promise<void> {
    await until(`the page shows: ${text}`, async () => {
      await page.clock.fastForward(30_000);
      const found = page.locator('h1', { hasText: text }).waitFor({ timeout: 1500 });
      return found.then(
        () => true,
        () => false,
      );
    });
    assert.deepEqual(await violationsIn(page), []);
    await screenshot(page, `life-${name}`);
  }

  test('queued, then each step as it happens, then running', async () => {
    assert.equal(await headline(), 'Your agent is about to be set up');
    await screenshot(page, 'life-1-queued');
    const seen = new Set<string>();
    let over = false;
    const run = reconcile().finally(() => {
      over = true;
    });
    const current = page.locator('[aria-current=step] .name');
    await until('the end of the run', async () => {
      const name = await current.textContent({ timeout: 2000 }).catch(() => null);
      if (name !== null && !seen.has(name)) await screenshot(page, `life-2-${name.toLowerCase()}`);
      if (name !== null) seen.add(name);
      return over;
    });
    await run;
    await shows('Up and running', '3-running');
    assert.ok(seen.size >= 2, `steps that were seen: ${[...seen].join(', ')}`);
    const text = (await page.textContent('main')) ?? '';
    assert.match(text, /198\.18\.\d+\.\d+/);
    assert.match(text, /100\.64\.\d+\.\d+/);
    assert.match(text, /€\d+\.\d\d a month/);
  });

  test('suspended by a failed payment, with the time of its deletion', async () => {
    await world.cloud.world.control.failPayment({ subscription: customer.subscription });
    await aura(['resync'], world.env);
    await shows('Your agent is being switched off', '4-stopping');
    assert.match((await page.textContent('main')) ?? '', /because the last payment failed/);
    await reconcile();
    await shows('Your agent is suspended', '5-suspended');
    assert.match((await page.textContent('main')) ?? '', /the last payment failed/);
    await page.locator('text=Your agent and its data are deleted after').waitFor();
  });

  test('retired at the end of the subscription', async () => {
    await world.cancel(customer);
    await shows('Your agent is being removed', '6-retiring');
    // The next run finds that nothing is left.
    for (const _ of [1, 2]) await reconcile();
    await shows('Your agent has been removed', '7-retired');
    assert.match((await page.textContent('main')) ?? '', /Nothing of it is left/);
  });
});
