/** Tailscale's API of the local cloud alone. */
import { type RunningApi, startApi } from '../../local-cloud/api-server.ts';
import { createWorldClock, type WorldClock } from '../../local-cloud/clock.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';
import { createTailscale, type TailscalePart } from '../../local-cloud/tailscale/tailscale.ts';
import { type Answer, within } from './hetzner-api.ts';

type Call = {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type TailscaleApi = {
  readonly clock: WorldClock;
  readonly part: TailscalePart;
  readonly api: RunningApi;
  /** a token for everything that the client may do, or for less */
  token(narrowed?: Readonly<Record<string, string>>): Promise<string>;
  call(method: string, path: string, call?: Call): Promise<Answer & { readonly text: string }>;
  close(): Promise<void>;
};

export async function startTailscaleApi(
  options: { readonly scopes?: readonly string[]; readonly tags?: readonly string[] } = {},
): Promise<TailscaleApi> {
  const clock = createWorldClock({ startMs: Date.parse('2026-11-22T05:00:00Z'), rate: 0 });
  const part = createTailscale({
    clock,
    randomness: createRandomness(7),
    clientId: 'client',
    clientSecret: 'tskey-client-secret',
    tags: ['tag:aura', 'tag:aura-ci', 'tag:aura-isolated'],
    scopes: ['all'],
    ...options,
  });
  const api = await startApi(part, { clock, ledger: createLedger(), faults: createFaults() });
  const token = async (narrowed: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(`${api.url}/api/v2/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'client',
        client_secret: 'tskey-client-secret',
        grant_type: 'client_credentials',
        ...narrowed,
      }),
    });
    const said: unknown = await answer.json();
    const access = within(said, 'access_token');
    if (typeof access !== 'string') throw new Error(`no token: ${JSON.stringify(said)}`);
    return access;
  };
  return {
    clock,
    part,
    api,
    token,
    async call(method, path, { body, token: given, headers = {} } = {}) {
      const answer = await fetch(`${api.url}/api/v2${path}`, {
        method,
        headers: {
          authorization: `Bearer ${given ?? (await token())}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      const isJson = /json$/.test(answer.headers.get('content-type')?.split(';')[0] ?? '');
      const parsed: unknown =
        isJson && !answer.headers.get('content-type')?.includes('hujson') && text !== ''
          ? JSON.parse(text)
          : null;
      const at = (where: string) => within(parsed, where);
      return { status: answer.status, headers: answer.headers, body: parsed, at, text };
    },
    async close() {
      await api.close();
      clock.close();
    },
  };
}
