/** Every path that Stripe publishes, with invalid parameters: a real error, never one of ours. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { clientTool } from '../../support/clients.ts';
import { type Started, startStripe } from './stripe-world.ts';

const openapi = clientTool('stripeOpenapi');
const forms = [
  '',
  'items[0]=x&metadata=1&amount=-1',
  'customer[a]=b&items[x][price]=y&created[gte]=',
  'expand[]=a.b&limit=x&expand=y',
  '[]=1&[=2&a]b[=3&=4&%ZZ=5&items[][][]=6',
  'amount=99999999999999999999&quantity=1e9&payment_intent=&charge=&currency=€',
];

describe('a published path', { skip: 'skip' in openapi && openapi.skip }, () => {
  let stripe: Started;
  before(async () => {
    stripe = await startStripe();
    await stripe.world.checkout({ plan: 'starter' });
  });
  after(() => stripe?.close());

  it('is answered with an object or with an error of the client', async () => {
    const path = 'path' in openapi ? openapi.path : '';
    const { paths } = JSON.parse(readFileSync(path, 'utf8')) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const [subscription] = stripe.world.objects.subscriptions.values();
    const [invoice] = stripe.world.objects.invoices.values();
    const ids = ['absent', subscription?.id ?? '', invoice?.id ?? ''];
    let asked = 0;
    for (const [pattern, operations] of Object.entries(paths).sort()) {
      for (const method of Object.keys(operations).map((name) => name.toUpperCase())) {
        if (!['GET', 'POST', 'DELETE'].includes(method)) continue;
        const form = forms[asked % forms.length] ?? '';
        const id = ids[asked % ids.length] ?? '';
        asked += 1;
        const url = pattern.replaceAll(/\{[^}]+\}/g, id);
        const answer =
          method === 'POST'
            ? await stripe.ask(method, url, { form })
            : await stripe.ask(method, `${url}?${form}`);
        const about = `${method} ${url} ${form}: ${answer.status} ${JSON.stringify(answer.body)}`;
        assert.ok(answer.status < 500, about);
        assert.ok(answer.status < 400 || answer.body.error.message.length > 0, about);
      }
    }
    assert.ok(asked > 300, String(asked));
  });
});
