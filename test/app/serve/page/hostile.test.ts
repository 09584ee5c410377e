/** Texts from Stripe, YAML, git and hosts are shown as text, and never end a header or a tag. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderAgentPage } from '../../../../reconciler/app/serve/page/agent-page.ts';
import { html } from '../../../../reconciler/core/text/html.ts';
import type { ServedStatus } from '../../../../reconciler/flows/status/read.ts';
import { at, idNo } from '../../../builders/world.ts';

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '</dd></dl></main><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  '<!-- --><svg/onload=alert(1)>',
  '&lt;script&gt;',
  'javascript:alert(1)',
  '${alert(1)}',
  '\u0000\u2028\u202e<b>',
];

const view: ServedStatus = {
  id: idNo(1),
  phase: 'running',
  since: at(-1),
  steps: [{ name: 'queued', state: 'done', at: at(-2) }],
  estimate: null,
  queue: null,
  trouble: { what: 'what', retryAt: null, isRefunded: false },
  server: { ipv4: 'ipv4', location: 'location', type: 'type', memoryGb: 2, diskGb: 40 },
  power: { asked: 'running', is: 'on' },
  deletedAt: null,
  health: null,
  uptime: null,
  reprovisionLoses: 'loses',
  tailnet: { name: 'name', address: 'address' },
  region: 'region',
  plan: 'plan',
  cost: { monthly: 1, currency: 'EUR' },
  mailed: null,
  next: 'next',
  asOf: null,
};

/** Every text of the view that is not fixed by a type. */
const fields: Readonly<Record<string, (text: string) => Partial<ServedStatus>>> = {
  next: (next) => ({ next }),
  trouble: (what) => ({ trouble: { what, retryAt: null, isRefunded: true } }),
  server: (text) => ({
    server: { ipv4: text, location: text, type: text, memoryGb: 2, diskGb: 40 },
  }),
  tailnet: (text) => ({ tailnet: { name: text, address: text } }),
  region: (region) => ({ region }),
  plan: (plan) => ({ plan }),
  'reprovision loses': (reprovisionLoses) => ({ reprovisionLoses }),
};

/** The tags of a document, which a text in it must not change. */
const tagsOf = (page: string) => page.match(/<[a-z!/][^>]*>/gi) ?? [];

describe('a hostile text', () => {
  const usual = tagsOf(renderAgentPage(view));
  for (const [field, part] of Object.entries(fields)) {
    it(`stays text: ${field}`, () => {
      for (const text of hostile) {
        const page = renderAgentPage({ ...view, ...part(text) });
        assert.deepEqual(tagsOf(page), usual, text);
      }
    });
  }

  it('stays inside an attribute in quotes', () => {
    for (const text of hostile) {
      const { markup } = html`<p title="${text}">${text}</p>`;
      assert.match(markup, /^<p title="[^"<>]*">[^<>]*<\/p>$/);
    }
  });
});
