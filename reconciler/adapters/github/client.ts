/**
 * GitHub's client with its throttling and retry plugins.
 *
 * - A limit is waited for where GitHub asks for a minute at most, twice; otherwise it is a failure
 *   `RateLimited`. A secondary limit without `retry-after` means a minute.
 * - After an answer 5xx or none, a request is repeated after 1, 4 and 9 s, but never a POST: its
 *   caller looks whether it had its effect.
 * - All waits are the port's: the plugins' own timers wait 0 ms.
 */
import { retry } from '@octokit/plugin-retry';
import { type ThrottlingOptions, throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type { Clock } from '../../ports/clock.ts';
import type { TokenSource } from '../../ports/forge.ts';
import { isOutage, limitSecondsUsual, statusOf } from './failures.ts';
import { createPace } from './pace.ts';

const patienceMs = 15_000;
const waitSecondsMax = 60;
const limitWaitsMax = 2;
/** Only a 5xx is repeated: any other answer would be the same again. */
const finalStatuses = [400, 401, 403, 404, 405, 409, 410, 415, 422, 429, 451];

type ClientOptions = {
  readonly token: TokenSource;
  /** e.g. `https://api.github.com`, or `https://HOST/api/v3` */
  readonly apiUrl: string;
  readonly clock: Clock;
};

export function createClient({ token, apiUrl, clock }: ClientOptions): Octokit {
  const Client = Octokit.plugin(eachTry(token, clock), throttling, retry);
  const client = new Client({
    baseUrl: apiUrl.replace(/\/+$/, ''),
    userAgent: 'aura',
    // Octokit's log would repeat the failures on stderr.
    log: { debug() {}, info() {}, warn() {}, error() {} },
    request: { fetch: impatientFetch },
    retry: { retryAfterBaseValue: 0, doNotRetry: finalStatuses },
    throttle: throttleOf(clock),
  });
  client.hook.before('request', (options) => {
    // A copy: the plugins count in this object, which all requests share otherwise.
    options.request = { ...options.request, ...(options.method === 'POST' ? { retries: 0 } : {}) };
  });
  return client;
}

function throttleOf(clock: Clock): ThrottlingOptions {
  const pace = createPace(clock, waitSecondsMax * 1000);
  const waited = async (seconds: number, _: unknown, __: unknown, waits: number) => {
    if (seconds > waitSecondsMax || waits >= limitWaitsMax) return false;
    await clock.wait(seconds * 1000);
    return true;
  };
  return {
    retryAfterBaseValue: 0,
    fallbackSecondaryRateRetryAfter: limitSecondsUsual,
    onRateLimit: waited,
    onSecondaryRateLimit: waited,
    write: groupOf(() => pace.turn()),
    notifications: groupOf(async () => {}),
  };
}

type Group = NonNullable<ThrottlingOptions['write']>;

/** The one call of a queue that the plugin makes: it waits for its turn and sends nothing. */
function groupOf(turn: () => Promise<void>): Group {
  return { key: () => ({ schedule: turn }) } as unknown as Group;
}

/**
 * One try: the wait before a repeat, and a current token. A token that GitHub refuses is renewed
 * once.
 */
function eachTry(source: TokenSource, clock: Clock) {
  const outages = new WeakMap<object, number>();
  return ({ hook }: { readonly hook: Octokit['hook'] }) => {
    hook.wrap('request', async (request, options) => {
      const send = async (token: string) => {
        // In place: the inner hooks of Octokit do not receive a copy of the options.
        options.headers.authorization = `token ${token}`;
        return request(options);
      };
      const outage = outages.get(options) ?? 0;
      if (outage > 0) await clock.wait(1000 * outage ** 2);
      const token = await source.token();
      try {
        return await send(token);
      } catch (thrown) {
        if (isOutage(thrown)) outages.set(options, outage + 1);
        if (statusOf(thrown) !== 401) throw thrown;
        source.forget(token);
        const fresh = await source.token();
        if (fresh === token) throw thrown;
        return send(fresh);
      }
    });
  };
}

const impatientFetch: typeof fetch = (url, init) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) });
