/** The account, its events and its webhook endpoints. */
import { noAccess } from './access.ts';
import { type Account, apiVersion } from './account.ts';
import { addEndpoint, type Deliveries } from './deliveries.ts';
import { found, listShape, page, pageShape } from './listing.ts';
import {
  flag,
  ignored,
  list,
  mergedMetadata,
  metadata,
  oneOf,
  refused,
  required,
  text,
  unsettable,
} from './parameters.ts';
import type { Routes } from './routing.ts';
import { show } from './show.ts';
import type { Shown } from './shown.ts';

export type AccountRoutes = {
  readonly deliveries: Deliveries;
  readonly secretKey: string;
  /** of the first endpoint: the one that the world's environment names */
  readonly firstSecret: string;
};

export function registerAccount(routes: Routes, options: AccountRoutes): void {
  const { account, get } = routes;
  get('/v1/account', {}, () => showAccount(account));
  get('/v1/accounts', listShape, () => ({
    object: 'list',
    data: [],
    has_more: false,
    url: '/v1/accounts',
  }));
  get('/v1/accounts/:id', {}, (_asked, id) => {
    if (id !== account.id) throw noAccess(options.secretKey, id);
    return showAccount(account);
  });
  registerEvents(routes, options.deliveries);
  registerEndpoints(routes, options.firstSecret);
}

function showAccount(account: Account): Shown {
  return {
    id: account.id,
    object: 'account',
    business_profile: null,
    business_type: 'company',
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country: 'DE',
    default_currency: 'eur',
    details_submitted: true,
    email: 'owner@example.com',
    metadata: {},
    payouts_enabled: true,
    settings: null,
    type: 'standard',
  };
}

function registerEvents({ account, get, post }: Routes, deliveries: Deliveries): void {
  const { events } = account;
  const shape = { ...listShape, type: text, types: list(text), delivery_success: flag };
  const daysKept = 30;
  get('/v1/events', shape, (asked) => {
    if (asked.type !== undefined && asked.types !== undefined)
      throw refused(null, 'You may only specify one of these parameters: type, types.', 'types');
    const oldest = account.now() - daysKept * 86_400;
    return page(account, asked, {
      items: events,
      url: '/v1/events',
      keep: (event) =>
        event.created >= oldest &&
        (asked.type === undefined || matches(event.type, asked.type)) &&
        (asked.types?.includes(event.type) ?? true) &&
        (asked.delivery_success === undefined ||
          asked.delivery_success === (account.pendingWebhooks(event.id) === 0)),
    });
  });
  get('/v1/events/:id', {}, (_asked, id) => show(account, found(events, 'event', id)));
  // What `stripe events resend` asks for.
  post('/v1/events/:id/retry', { account: text, webhook_endpoint: text }, (_asked, id) => {
    const event = found(events, 'event', id);
    void deliveries.send(event);
    return show(account, event);
  });
}

/** `customer.*` and the like. */
function matches(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

function registerEndpoints({ account, get, post, delete: remove }: Routes, first: string): void {
  const { webhookEndpoints } = account;
  const one = (id: string) => found(webhookEndpoints, 'webhook endpoint', id);
  const url = '/v1/webhook_endpoints';
  const common = { url: text, enabled_events: list(text), description: unsettable(text), metadata };
  get(url, pageShape, (asked) => page(account, asked, { items: webhookEndpoints, url }));
  get(`${url}/:id`, {}, (_asked, id) => show(account, one(id)));
  post(url, { ...common, api_version: oneOf(apiVersion), connect: ignored }, (asked) => {
    const target = checkedUrl(required(asked.url, 'url'));
    const isFirst = webhookEndpoints.size === 0;
    const endpoint = addEndpoint(account, {
      url: target,
      enabled_events: required(asked.enabled_events, 'enabled_events'),
      secret: isFirst ? first : account.newId('whsec', 32),
      description: asked.description ?? null,
      api_version: asked.api_version ?? null,
      metadata: mergedMetadata({}, asked.metadata),
    });
    return { ...show(account, endpoint), secret: endpoint.secret };
  });
  post(`${url}/:id`, { ...common, disabled: flag }, (asked, id) => {
    const before = one(id);
    const disabled = asked.disabled ?? before.status === 'disabled';
    const after = webhookEndpoints.put({
      ...before,
      url: asked.url === undefined ? before.url : checkedUrl(asked.url),
      enabled_events: asked.enabled_events ?? before.enabled_events,
      description: asked.description === undefined ? before.description : asked.description,
      metadata: mergedMetadata(before.metadata, asked.metadata),
      status: disabled ? 'disabled' : 'enabled',
    });
    return show(account, after);
  });
  remove(`${url}/:id`, {}, (_asked, id) => {
    webhookEndpoints.remove(one(id).id);
    return { id, object: 'webhook_endpoint', deleted: true };
  });
}

function checkedUrl(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw refused(
      'url_invalid',
      'Invalid URL: An explicit scheme (such as https) must be provided.',
      'url',
    );
  return url;
}
