/** The real browser: Chromium as Debian packages it. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { installPackages, isRequired } from '../support/debian-packages.ts';

const program = '/usr/bin/chromium';
const packages = ['chromium', 'fonts-liberation'];

/** The reason to skip, or false. */
export const withoutBrowser: string | false =
  isRequired('browser') || existsSync(program)
    ? false
    : 'browser: Chromium is missing: `apt-get install chromium` on Debian';

export async function openBrowser(): Promise<Browser> {
  if (!existsSync(program)) installPackages(packages);
  // The browser's own sandbox needs what containers do not give, and it opens our pages alone.
  return chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
}

/** How the pages are looked at: each width in each colour scheme. */
export const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [390, 1100].map((width) => ({
    name: `${colorScheme}-${width}`,
    options: { colorScheme, viewport: { width, height: 844 } } satisfies BrowserContextOptions,
  })),
);

/** Kept after the tests, for people to look at. */
const folder = join(import.meta.dirname, '../../.cache/screenshots');

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({
    path: join(folder, `${name}.png`),
    fullPage: true,
    animations: 'disabled',
  });
}

type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string }[] };

/** What axe finds: each rule with the elements that violate it. */
export async function violationsIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found: readonly Violation[] = await page.evaluate(
    'axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations)',
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** Errors of the page and its console, such as what its content policy refused. */
export function troublesOf(page: Page): readonly string[] {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  return troubles;
}
