/**
 * The page of an agent in the real browser: in every state, in light and dark, on a phone and on a
 * desk, with a keyboard, without a script, and with hostile texts.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { at } from '../builders/world.ts';
import { fileText } from '../fakes/agents.ts';
import {
  looks,
  openBrowser,
  screenshot,
  troublesOf,
  violationsIn,
  withoutBrowser,
} from './chromium.ts';
import { serveAgents, states } from './served-agents.ts';

describe('the page of an agent', { skip: withoutBrowser }, () => {
  let browser: Browser;
  let served: Awaited<ReturnType<typeof serveAgents>>;

  before(async () => {
    browser = await openBrowser();
    served = await serveAgents();
  });
  after(async () => {
    await served.close();
    await browser.close();
  });

  for (const { name, options } of looks) {
    test(`${name}: axe finds nothing, and nothing is cut off`, async () => {
      const context = await browser.newContext(options);
      for (const state of [...states, 'unknown'] as const) {
        const page = await context.newPage();
        const troubles = troublesOf(page);
        const answer = await page.goto(served.link(state));
        assert.equal(answer?.status(), state === 'unknown' ? 404 : 200);
        assert.deepEqual(await violationsIn(page), [], state);
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.equal(overflow, 0, state);
        // The browser itself reports a page that was answered 404.
        if (state !== 'unknown') assert.deepEqual(troubles, [], state);
        await screenshot(page, `${state}-${name}`);
        await page.close();
      }
      await context.close();
    });
  }

  test('the page of the fleet: calm, and with incidents', async () => {
    const incidents = `apiVersion: aura.dev/v1
kind: Incidents
incidents:
  - title: New agents in Europe take longer
    state: identified
    since: "${at(-50)}"
    regions: [eu-central]
    text: Our provider has few free servers. Agents that run are not affected.
  - title: Restarts were delayed
    state: resolved
    since: "${at(-3000)}"
    until: "${at(-2900)}"
    text: A maintenance of our provider took longer than planned.
`;
    for (const [state, text] of [
      [
        'calm',
        incidents.slice(0, incidents.indexOf('\n  - ')).replace('incidents:', 'incidents: []'),
      ],
      ['incident', incidents],
    ] as const) {
      served.world.git.commit('publishes', { 'incident.yaml': text });
      served.world.advance(10_000);
      for (const { name, options } of looks) {
        const page = await browser.newPage(options);
        const troubles = troublesOf(page);
        await page.goto(served.url);
        assert.deepEqual(await violationsIn(page), [], state);
        assert.deepEqual(troubles, []);
        await screenshot(page, `fleet-${state}-${name}`);
        await page.close();
      }
    }
  });

  test('the token leaves the address, and the page stays open without it', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(served.link('running'));
    assert.doesNotMatch(page.url(), /token/);
    await page.reload();
    assert.equal(await page.textContent('h1'), 'Up and running');
    const [cookie] = await context.cookies(page.url());
    const { httpOnly, secure, sameSite, path } = cookie ?? assert.fail();
    assert.deepEqual([httpOnly, secure, sameSite], [true, true, 'Lax']);
    assert.equal(path, new URL(page.url()).pathname);
    assert.equal(await page.evaluate('document.cookie'), '');
    await context.close();
  });

  test('it refreshes itself, and keeps what the reader opened and focused', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(served.link('running'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.ok(await page.isVisible('text=Creating server'));
    const { world } = served;
    const record = fileText(world, states.indexOf('running') + 1) ?? '';
    const name = /agt-[0-9a-z]{12}/.exec(record)?.[0] ?? '';
    world.git.commit('stops it', {
      [`agents/${name[4]}/${name[5]}/${name}.yaml`]: record.replace(
        'power: running',
        'power: stopped',
      ),
    });
    world.advance(10_000);
    await page.clock.fastForward(31_000);
    await page.waitForSelector('text=is being switched off');
    assert.ok(await page.isVisible('text=Creating server'));
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'SUMMARY');
    await context.close();
  });

  test('without a script it is complete, and reloads', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(served.link('configuring'));
    assert.match((await page.textContent('main')) ?? '', /UTC/);
    const again = page.waitForEvent('framenavigated');
    await again;
    assert.match((await page.textContent('h1')) ?? '', /being set up/);
    await context.close();
  });

  test('a hostile text of a host or of git is text', async () => {
    const page = await browser.newPage();
    const troubles = troublesOf(page);
    let dialogs = 0;
    page.on('dialog', () => {
      dialogs += 1;
    });
    await page.goto(served.link('hostile'));
    assert.match((await page.textContent('main')) ?? '', /<img src=x onerror=alert\(1\)>/);
    assert.equal(
      await page.locator('img, script:not(body > script), svg:not(.brand svg)').count(),
      0,
    );
    assert.deepEqual([dialogs, troubles], [0, []]);
    await page.close();
  });

  test('a screen reader gets the headline, the steps and the current one', async () => {
    const page = await browser.newPage();
    await page.goto(served.link('configuring'));
    assert.match(await structureOf(page), /heading "Your agent is being set up" \[level=1\]/);
    assert.match(await structureOf(page), /progressbar "Setup"/);
    assert.match(await structureOf(page), /text: Configuring In progress/);
    assert.equal(await page.locator('[aria-current=step]').count(), 1);
    await page.close();
  });
});

function structureOf(page: Page): Promise<string> {
  return page.locator('main').ariaSnapshot();
}
