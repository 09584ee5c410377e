/** Invalid and repeated requests: the errors that Stripe would return. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { createRateLimiter } from '../../../local-cloud/stripe/access.ts';
import {
  customerWith,
  daySeconds,
  priceOf,
  type Started,
  secretKey,
  startStripe,
} from './stripe-world.ts';

describe('a request to the local Stripe', () => {
  let stripe: Started;
  let client: Stripe;
  before(async () => {
    stripe = await startStripe();
    ({ client } = stripe);
  });
  after(() => stripe?.close());

  it('is answered with the headers of the real one', async () => {
    const { headers } = await stripe.ask('GET', '/v1/account');
    assert.match(headers.get('request-id') ?? '', /^req_\w{14}$/);
    assert.equal(headers.get('stripe-version'), '2026-10-28.endive');
    const keyed = await stripe.ask('POST', '/v1/customers', {
      form: 'name=A',
      headers: { 'idempotency-key': 'echo' },
    });
    assert.equal(keyed.headers.get('idempotency-key'), 'echo');
    const event = [...stripe.world.objects.events.values()].at(-1);
    assert.deepEqual(event?.request, {
      id: keyed.headers.get('request-id'),
      idempotency_key: 'echo',
    });
  });

  it('without a key, with a wrong one, for another account, or in another version', async () => {
    const ask = async (headers: Record<string, string>) => {
      const answer = await stripe.ask('GET', '/v1/account', { headers });
      return [answer.status, answer.body.error.type, answer.body.error.message.slice(0, 62)];
    };
    const type = 'invalid_request_error';
    assert.deepEqual(await ask({ authorization: '' }), [
      401,
      type,
      'You did not provide an API key. You need to provide your API k',
    ]);
    assert.deepEqual(await ask({ authorization: 'Bearer sk_test_wrong_1234567890' }), [
      401,
      type,
      'Invalid API Key provided: sk_test_************7890',
    ]);
    const [status] = await ask({ 'stripe-account': 'acct_other' });
    assert.equal(status, 403);
    assert.deepEqual(await ask({ 'stripe-version': '2020-01-32' }), [
      400,
      type,
      'Invalid Stripe API version: 2020-01-32',
    ]);
    const basic = Buffer.from(`${secretKey}:`).toString('base64');
    const curl = await stripe.ask('GET', '/v1/account', {
      headers: { authorization: `Basic ${basic}` },
    });
    assert.equal(curl.status, 200);
  });

  it('to no route, or by a method that the route does not take', async () => {
    for (const [method, path] of [
      ['GET', '/v1/nothing'],
      ['PUT', '/v1/customers'],
      ['PATCH', '/v1/subscriptions/sub_1'],
      ['GET', '/'],
      ['DELETE', '/v1/invoices'],
      ['GET', '/v1/customers/search?query=x'],
    ] as const) {
      const { status, body } = await stripe.ask(method, path);
      assert.equal(status, 404, path);
      assert.match(body.error.message, /^Unrecognized request URL \(|does not search/, path);
    }
    const { body } = await stripe.ask('GET', '/v1/nothing?a=b');
    assert.equal(
      body.error.message,
      'Unrecognized request URL (GET: /v1/nothing). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.',
    );
  });

  it('with parameters that are wrong: each by its name, code and reason', async () => {
    const price = await priceOf(client, 'starter');
    const customer = await customerWith(client);
    const wrong: readonly [
      string,
      string,
      string,
      string | undefined,
      string | undefined,
      RegExp,
    ][] = [
      [
        'POST',
        '/v1/customers',
        'emial=a',
        'emial',
        'parameter_unknown',
        /unknown parameter: emial/,
      ],
      [
        'POST',
        '/v1/subscriptions',
        `customer=${customer}&items[0][price]=${price}&items[0][qty]=1`,
        'items[0][qty]',
        'parameter_unknown',
        /unknown parameter: items\[0\]\[qty\]/,
      ],
      [
        'POST',
        '/v1/subscriptions',
        `customer=${customer}`,
        'items',
        'parameter_missing',
        /Missing/,
      ],
      ['POST', '/v1/subscriptions', 'customer=cus_no', 'customer', 'resource_missing', /No such/],
      [
        'POST',
        '/v1/subscriptions',
        `customer=${customer}&items[0][price]=price_no`,
        'items[0][price]',
        'resource_missing',
        /No such price: 'price_no'/,
      ],
      [
        'POST',
        '/v1/subscriptions',
        `customer=${customer}&items[0][price]=${price}&items[0][quantity]=many`,
        'items[0][quantity]',
        'parameter_invalid_integer',
        /Invalid integer: many/,
      ],
      ['POST', '/v1/subscriptions', 'items=x', 'items', undefined, /Invalid array/],
      ['POST', '/v1/subscriptions', 'customer=', 'customer', 'parameter_invalid_empty', /empty/],
      [
        'POST',
        '/v1/subscriptions',
        'cancel_at_period_end=maybe',
        'cancel_at_period_end',
        undefined,
        /Invalid boolean: maybe/,
      ],
      ['POST', '/v1/refunds', 'charge=ch_no', 'charge', 'resource_missing', /No such charge/],
      ['POST', '/v1/refunds', 'amount=1', undefined, undefined, /payment_intent or charge/],
      [
        'POST',
        '/v1/webhook_endpoints',
        'url=ftp://x&enabled_events[]=*',
        'url',
        'url_invalid',
        /URL/,
      ],
      ['POST', '/v1/customers', 'metadata=x', 'metadata', undefined, /Invalid object/],
      [
        'POST',
        '/v1/customers',
        `metadata[${'k'.repeat(41)}]=x`,
        `metadata[${'k'.repeat(41)}]`,
        undefined,
        /40/,
      ],
      ['POST', '/v1/customers', '__proto__[a]=x', '__proto__', 'parameter_unknown', /__proto__/],
      [
        'POST',
        '/v1/customers',
        `a${'[b]'.repeat(50)}=x`,
        undefined,
        undefined,
        /nested too deeply/,
      ],
      ['GET', '/v1/subscriptions?limit=101', '', 'limit', 'parameter_invalid_integer', /100/],
      ['GET', '/v1/subscriptions?limit=0', '', 'limit', 'parameter_invalid_integer', /1\./],
      ['GET', '/v1/subscriptions?status=odd', '', 'status', undefined, /must be one of active, /],
      [
        'GET',
        '/v1/subscriptions?starting_after=sub_no',
        '',
        'starting_after',
        'resource_missing',
        /No such subscription/,
      ],
      [
        'GET',
        '/v1/subscriptions?customer=cus_no',
        '',
        'customer',
        'resource_missing',
        /No such customer/,
      ],
      ['GET', '/v1/events?created[gte]=yesterday', '', 'created[gte]', undefined, /timestamp/],
      [
        'GET',
        '/v1/subscriptions/sub_ofAnotherAccount',
        '',
        'id',
        'resource_missing',
        /No such subscription: 'sub_ofAnotherAccount'/,
      ],
      ['GET', '/v1/accounts/acct_other', '', undefined, 'account_invalid', /does not have access/],
      [
        'GET',
        `/v1/customers/${customer}?expand[]=odd`,
        '',
        'expand[0]',
        undefined,
        /cannot be expanded \(odd\)/,
      ],
      [
        'GET',
        `/v1/customers/${customer}?expand[]=a.b.c.d.e`,
        '',
        'expand[0]',
        undefined,
        /more than 4 levels/,
      ],
    ];
    for (const [method, path, form, param, code, message] of wrong) {
      const asked = method === 'GET' ? {} : { form };
      const { status, body } = await stripe.ask(method, path, asked);
      const about = `${method} ${path} ${form} ${JSON.stringify(body)}`;
      assert.ok(status >= 400 && status < 500, about);
      assert.deepEqual([body.error.param, body.error.code], [param, code], about);
      assert.match(body.error.message, message, about);
      assert.equal(body.error.type, 'invalid_request_error', about);
      assert.match(body.error.request_log_url, /logs\/req_/, about);
      if (code !== undefined) assert.match(body.error.doc_url, /error-codes\/[a-z-]+$/, about);
    }
  });

  it('with a body that is no form', async () => {
    const answer = await fetch(`${stripe.url}/v1/customers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
      body: '{"name":"x"}',
    });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /check that your POST content type/);
  });

  it('is the same request under the same idempotency key, for a day', async () => {
    const create = (name: string) => client.customers.create({ name }, { idempotencyKey: 'once' });
    const first = await create('a');
    const again = await create('a');
    assert.equal(again.id, first.id);
    const replayed = await stripe.ask('POST', '/v1/customers', {
      form: 'name=a',
      headers: { 'idempotency-key': 'once' },
    });
    assert.equal(replayed.headers.get('idempotent-replayed'), 'true');
    assert.equal(replayed.body.id, first.id);
    await assert.rejects(create('b'), { type: 'StripeIdempotencyError' });
    stripe.clock.advance(daySeconds);
    assert.notEqual((await create('b')).id, first.id);
  });

  it('keeps an answer that was lost, and an error of ours, but none of a request that never began', async () => {
    const keyed = (idempotencyKey: string) => ({ idempotencyKey });
    const size = stripe.world.objects.customers.size;
    stripe.faults.add({ api: 'stripe', method: 'POST', kind: 'timeoutAfter', ms: 1 });
    await assert.rejects(client.customers.create({ name: 'lost' }, keyed('lost')));
    await client.customers.create({ name: 'lost' }, keyed('lost'));
    assert.equal(stripe.world.objects.customers.size, size + 1);

    stripe.faults.add({ api: 'stripe', method: 'POST', kind: 'status', status: 500 });
    for (let tries = 0; tries < 2; tries += 1)
      await assert.rejects(client.customers.create({ name: 'x' }, keyed('broken')), {
        statusCode: 500,
      });
    stripe.faults.add({ api: 'stripe', method: 'POST', kind: 'status', status: 503 });
    await assert.rejects(client.customers.create({ name: 'x' }, keyed('gone')));
    await client.customers.create({ name: 'x' }, keyed('gone'));

    await assert.rejects(client.customers.create({ emial: 'x' } as never, keyed('typo')));
    await client.customers.create({ email: 'x@example.com' }, keyed('typo'));
  });

  it('is refused while another one under its key is going on', async () => {
    const release = stripe.world.holdWrites();
    const create = () => client.customers.create({ name: 'slow' }, { idempotencyKey: 'slow' });
    const first = create();
    await assert.rejects(create(), { statusCode: 409, code: 'idempotency_key_in_use' });
    const asked = { form: 'name=slow', headers: { 'idempotency-key': 'slow' } };
    const { headers } = await stripe.ask('POST', '/v1/customers', asked);
    assert.equal(headers.get('stripe-should-retry'), 'true');
    release();
    assert.equal((await first).name, 'slow');
    assert.equal((await create()).id, (await first).id);
  });
});

describe('the rate', () => {
  const open: Started[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  it('too many requests at once are refused, with the reason', async () => {
    const stripe = await startStripe({ rateLimit: { live: 100, test: 3 } });
    open.push(stripe);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => stripe.ask('GET', '/v1/account')),
    );
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 20 && refused.length <= 27, String(refused.length));
    assert.equal(refused[0]?.headers.get('stripe-rate-limited-reason'), 'global-rate');
    assert.equal(refused[0]?.body.error.code, 'rate_limit');
  });

  it('a number a second, and again after a second', () => {
    let ms = 0;
    const take = createRateLimiter(25, () => ms);
    const taken = () => {
      let count = 0;
      try {
        for (; count < 1000; count += 1) take();
      } catch (error) {
        assert.equal((error as { statusCode: number }).statusCode, 429);
      }
      return count;
    };
    assert.equal(taken(), 25);
    ms += 200;
    assert.equal(taken(), 5);
    ms += 10_000;
    assert.equal(taken(), 25);
  });

  it('a live key is an account in live mode', async () => {
    const stripe = await startStripe({ secretKey: 'sk_live_51World0000000000' });
    open.push(stripe);
    const { subscription } = await stripe.world.checkout({ plan: 'starter' });
    const one = await stripe.client.subscriptions.retrieve(subscription);
    const [event] = (await stripe.client.events.list({ limit: 1 })).data;
    assert.deepEqual([one.livemode, event?.livemode], [true, true]);
  });

  it('the same seed and the same calls give the same ids', async () => {
    const ids = async () => {
      const stripe = await startStripe();
      open.push(stripe);
      const { subscription } = await stripe.world.checkout({ plan: 'starter' });
      await customerWith(stripe.client);
      const { data } = await stripe.client.events.list({ limit: 100 });
      return [subscription, ...data.map(({ id }) => id)];
    };
    const first = await ids();
    assert.deepEqual(await ids(), first);
    assert.equal(new Set(first).size, first.length);
  });
});
