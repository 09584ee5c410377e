/** Deliveries of webhooks: signed as GitHub signs, sent once, kept, sent again only when asked. */
import { createHmac } from 'node:crypto';
import { notFound } from './errors.ts';
import { numberOf } from './input.ts';
import { type GithubWorld, timeOf } from './world.ts';

export type Hook = {
  readonly id: number;
  readonly createdMs: number;
  url: string;
  secret: string | null;
  /** `application/x-www-form-urlencoded`, with the JSON in the field `payload`. */
  form: boolean;
  active: boolean;
  events: readonly string[];
  updatedMs: number;
  last: { code: number | null; status: string; message: string | null } | null;
};

type Delivery = {
  readonly id: number;
  readonly hook: number;
  readonly guid: string;
  readonly event: string;
  readonly atMs: number;
  readonly redelivery: boolean;
  readonly payload: Record<string, unknown>;
  readonly headers: Record<string, string>;
  durationSeconds: number;
  code: number;
  response: { headers: Record<string, string>; payload: string } | null;
};

export type Deliveries = ReturnType<typeof createDeliveries>;

const patienceMs = 10_000;
/** Over all hooks; older ones are dropped. */
const keptMax = 1000;

export function createDeliveries(world: GithubWorld) {
  const kept: Delivery[] = [];
  const deliver = async (
    hook: Hook,
    made: Pick<Delivery, 'guid' | 'event' | 'payload'>,
    again: boolean,
  ) => {
    const { body, headers } = envelope(hook, made);
    const delivery: Delivery = {
      ...made,
      headers,
      id: world.nextId(),
      hook: hook.id,
      atMs: world.clock.now(),
      redelivery: again,
      durationSeconds: 0,
      code: 0,
      response: null,
    };
    kept.push(delivery);
    if (kept.length > keptMax) kept.shift();
    await post(hook, delivery, body);
  };
  return {
    send(hook: Hook, event: string, payload: Record<string, unknown>): Promise<void> {
      const guid = [8, 4, 4, 4, 12].map((digits) => world.randomness.hex(digits)).join('-');
      return deliver(hook, { guid, event, payload }, false);
    },
    again: (hook: Hook, { guid, event, payload }: Delivery): Promise<void> =>
      deliver(hook, { guid, event, payload }, true),
    of: (hook: Hook): Delivery[] => kept.filter((one) => one.hook === hook.id).reverse(),
    find(hook: Hook, id: string): Delivery {
      const found = kept.find((one) => one.hook === hook.id && one.id === numberOf(id));
      if (found === undefined) throw notFound();
      return found;
    },
    item,
    full: (delivery: Delivery) => ({
      ...item(delivery),
      request: { headers: delivery.headers, payload: delivery.payload },
      response: delivery.response ?? { headers: null, payload: null },
    }),
  };
}

function envelope(
  hook: Hook,
  { guid, event, payload }: Pick<Delivery, 'guid' | 'event' | 'payload'>,
): { body: string; headers: Record<string, string> } {
  const json = JSON.stringify(payload);
  const body = hook.form ? new URLSearchParams({ payload: json }).toString() : json;
  const headers: Record<string, string> = {
    accept: '*/*',
    'content-type': hook.form ? 'application/x-www-form-urlencoded' : 'application/json',
    'user-agent': 'GitHub-Hookshot/local',
    'x-github-delivery': guid,
    'x-github-event': event,
    'x-github-hook-id': String(hook.id),
    'x-github-hook-installation-target-id': '1',
    'x-github-hook-installation-target-type': 'repository',
  };
  if (hook.secret !== null) {
    for (const [name, digest] of [
      ['x-hub-signature', 'sha1'],
      ['x-hub-signature-256', 'sha256'],
    ] as const) {
      const hash = createHmac(digest, hook.secret).update(body).digest('hex');
      headers[name] = `${digest}=${hash}`;
    }
  }
  return { body, headers };
}

/** An unreachable receiver misses the delivery, as on GitHub. */
async function post(hook: Hook, delivery: Delivery, body: string): Promise<void> {
  const startedMs = performance.now();
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const answer = await fetch(hook.url, {
      method: 'POST',
      headers: delivery.headers,
      body,
      signal,
      redirect: 'manual',
    });
    const payload = (await answer.text()).slice(0, 10_000);
    delivery.code = answer.status;
    delivery.response = { headers: Object.fromEntries(answer.headers), payload };
  } catch {
    delivery.code = 502;
  }
  delivery.durationSeconds = Math.round(performance.now() - startedMs) / 1000;
  const status = delivery.code < 400 ? 'active' : 'failed';
  hook.last = { code: delivery.code, status, message: wordOf(delivery) };
}

function wordOf({ code, response }: Delivery): string {
  if (code === 0) return 'pending';
  if (response === null) return 'failed to connect to host';
  return code < 400 ? 'OK' : `Invalid HTTP Response: ${code}`;
}

function item(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: timeOf(delivery.atMs),
    redelivery: delivery.redelivery,
    duration: delivery.durationSeconds,
    status: wordOf(delivery),
    status_code: delivery.code,
    event: delivery.event,
    action: null,
    installation_id: null,
    repository_id: 1,
    throttled_at: null,
  };
}
