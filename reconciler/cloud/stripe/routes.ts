/** The routes of Stripe's API over one account: https://docs.stripe.com/api */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  type Account,
  cancelAtPeriodEnd,
  cancelNow,
  type StripeObject,
  type Subscription,
  subscribe,
} from './account.ts';
import type { Deliveries } from './deliveries.ts';
import { type FormValue, listOf, mapOf, textOf } from './form.ts';

export class StripeError extends Error {
  readonly statusCode: number;
  readonly code: string | null;
  readonly param: string | null;
  constructor(
    statusCode: number,
    message: string,
    details: { code?: string; param?: string } = {},
  ) {
    super(message);
    this.statusCode = statusCode;
    this.code = details.code ?? null;
    this.param = details.param ?? null;
  }
}

type Form = Record<string, FormValue>;
type ById = { Params: { id: string }; Body: Form };
const limitDefault = 10;
const limitMax = 100;

export function registerRoutes(
  app: FastifyInstance,
  account: Account,
  deliveries: Deliveries,
  secret: string,
): void {
  app.get('/v1/account', () => ({
    id: account.id,
    object: 'account',
    charges_enabled: true,
    country: 'DE',
    default_currency: 'eur',
    livemode: account.livemode,
  }));
  for (const [path, items] of [
    ['customers', account.customers],
    ['products', account.products],
    ['prices', account.prices],
    ['invoices', account.invoices],
    ['charges', account.charges],
    ['events', account.events],
  ] as const) {
    app.get(`/v1/${path}`, (request) => page(request, items.values()));
    app.get<ById>(`/v1/${path}/:id`, ({ params }) => found(items, path.slice(0, -1), params.id));
  }
  registerSubscriptions(app, account);
  registerRefunds(app, account);
  app.post<{ Body: Form }>('/v1/webhook_endpoints', ({ body }) => {
    const url = textOf(body['url']);
    if (url === undefined)
      throw new StripeError(400, 'Missing required param: url.', {
        code: 'parameter_missing',
        param: 'url',
      });
    deliveries.addEndpoint(url);
    return {
      id: account.newId('we'),
      object: 'webhook_endpoint',
      url,
      secret,
      status: 'enabled',
      enabled_events: listOf(body['enabled_events']),
      created: account.now(),
      livemode: false,
    };
  });
}

function registerSubscriptions(app: FastifyInstance, account: Account): void {
  app.get('/v1/subscriptions', (request) => {
    const query = queryOf(request);
    const status = query.get('status');
    const customer = query.get('customer');
    const kept = [...account.subscriptions.values()].filter(
      (one) =>
        (status === 'all' ||
          (status === null ? one.status !== 'canceled' : one.status === status)) &&
        (customer === null || one.customer === customer),
    );
    return page(request, kept);
  });
  app.get<ById>('/v1/subscriptions/:id', ({ params }) =>
    found(account.subscriptions, 'subscription', params.id),
  );
  app.post<{ Body: Form }>('/v1/subscriptions', ({ body }) => {
    const price = account.prices.get(textOf(mapOf(listOf(body['items'])[0])['price']) ?? '');
    if (price === undefined)
      throw new StripeError(400, 'No such price', {
        code: 'resource_missing',
        param: 'items[0][price]',
      });
    return subscribe(account, {
      price,
      email: 'api@example.com',
      metadata: metadataOf(body['metadata']),
    });
  });
  app.post<ById>('/v1/subscriptions/:id', ({ params, body }) =>
    updateSubscription(account, found(account.subscriptions, 'subscription', params.id), body),
  );
  app.delete<ById>('/v1/subscriptions/:id', ({ params }) => {
    const subscription = found(account.subscriptions, 'subscription', params.id);
    if (subscription.status === 'canceled')
      throw new StripeError(404, `No such subscription: '${params.id}'`, {
        code: 'resource_missing',
        param: 'id',
      });
    cancelNow(account, subscription);
    return subscription;
  });
}

function updateSubscription(
  account: Account,
  subscription: Subscription,
  body: Form,
): Subscription {
  const before = structuredClone({
    status: subscription.status,
    metadata: subscription.metadata,
    pause_collection: subscription.pause_collection,
  });
  if (subscription.status === 'canceled')
    throw new StripeError(
      400,
      'A canceled subscription can only update its cancellation_details and metadata.',
    );
  if (body['metadata'] !== undefined)
    subscription.metadata = { ...subscription.metadata, ...metadataOf(body['metadata']) };
  if (body['pause_collection'] === '') subscription.pause_collection = null;
  else if (body['pause_collection'] !== undefined) {
    const behavior = textOf(mapOf(body['pause_collection'])['behavior']) ?? 'void';
    subscription.pause_collection = { behavior, resumes_at: null };
  }
  const [item] = listOf(body['items']).map(mapOf);
  const price = item === undefined ? undefined : account.prices.get(textOf(item['price']) ?? '');
  const [own] = subscription.items.data;
  if (price !== undefined && own !== undefined) own.price = price;
  if (item?.['quantity'] !== undefined && own !== undefined)
    own.quantity = Number(item['quantity']);
  if (textOf(body['cancel_at_period_end']) === 'true') {
    cancelAtPeriodEnd(account, subscription);
    return subscription;
  }
  if (textOf(body['cancel_at_period_end']) === 'false') {
    Object.assign(subscription, {
      cancel_at_period_end: false,
      cancel_at: null,
      canceled_at: null,
    });
  }
  account.emit('customer.subscription.updated', subscription, before);
  return subscription;
}

function registerRefunds(app: FastifyInstance, account: Account): void {
  app.get('/v1/refunds', (request) => {
    const query = queryOf(request);
    const kept = [...account.refunds.values()].filter(
      (one) =>
        (query.get('charge') ?? one['charge']) === one['charge'] &&
        (query.get('payment_intent') ?? one['payment_intent']) === one['payment_intent'],
    );
    return page(request, kept);
  });
  app.post<{ Body: Form }>('/v1/refunds', ({ body }) => {
    const charge = [...account.charges.values()].find(
      (one) =>
        one.id === textOf(body['charge']) ||
        one['payment_intent'] === textOf(body['payment_intent']),
    );
    if (charge === undefined)
      throw new StripeError(404, 'No such charge', { code: 'resource_missing', param: 'charge' });
    const left = Number(charge['amount']) - Number(charge['amount_refunded']);
    const amount = Number(textOf(body['amount']) ?? left);
    if (left === 0)
      throw new StripeError(400, `Charge ${charge.id} has already been refunded.`, {
        code: 'charge_already_refunded',
      });
    if (!(amount > 0) || amount > left)
      throw new StripeError(400, 'Refund amount is greater than unrefunded amount on charge', {
        param: 'amount',
      });
    charge['amount_refunded'] = Number(charge['amount_refunded']) + amount;
    charge['refunded'] = charge['amount_refunded'] === charge['amount'];
    const refund: StripeObject = {
      id: account.newId('re'),
      object: 'refund',
      created: account.now(),
      amount,
      charge: charge.id,
      currency: 'eur',
      payment_intent: charge['payment_intent'],
      status: 'succeeded',
      reason: textOf(body['reason']) ?? null,
      metadata: metadataOf(body['metadata']),
    };
    account.refunds.set(refund.id, refund);
    account.emit('charge.refunded', charge);
    return refund;
  });
}

/** Newest first, cursors by id. https://docs.stripe.com/api/pagination */
function page(request: FastifyRequest, items: Iterable<StripeObject>): object {
  const query = queryOf(request);
  const types = query.getAll('types[]').concat(query.getAll('types[0]'));
  const all = [...items]
    .reverse()
    .filter((one) => types.length === 0 || types.includes(String(one['type'])));
  const limit = Number(query.get('limit') ?? limitDefault);
  if (!Number.isInteger(limit) || limit < 1 || limit > limitMax)
    throw new StripeError(400, 'limit must be between 1 and 100', { param: 'limit' });
  const after = query.get('starting_after');
  const start = after === null ? 0 : all.findIndex((one) => one.id === after) + 1;
  return {
    object: 'list',
    data: all.slice(start, start + limit),
    has_more: start + limit < all.length,
    url: request.url.split('?')[0],
  };
}

function found<Item>(items: ReadonlyMap<string, Item>, kind: string, id: string): Item {
  const item = items.get(id);
  if (item === undefined)
    throw new StripeError(404, `No such ${kind}: '${id}'`, {
      code: 'resource_missing',
      param: 'id',
    });
  return item;
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://localhost').searchParams;
}

function metadataOf(value: FormValue | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mapOf(value)).map(([key, text]) => [key, textOf(text) ?? '']),
  );
}
