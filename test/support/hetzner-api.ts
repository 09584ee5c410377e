/** Hetzner's API of the local cloud alone, for clients by others. */
import { type RunningApi, startApi } from '../../local-cloud/api-server.ts';
import { createWorldClock, type WorldClock } from '../../local-cloud/clock.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import {
  createHetzner,
  type HetznerOptions,
  type HetznerPart,
} from '../../local-cloud/hetzner/hetzner.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** the value there, as in `server.public_net.ipv4.ip` or `actions.0.id` */
  at(path: string): unknown;
};

export type HetznerApi = {
  readonly clock: WorldClock;
  readonly hetzner: HetznerPart;
  readonly api: RunningApi;
  readonly endpoint: string;
  readonly variables: Readonly<Record<string, string>>;
  call(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  close(): Promise<void>;
};

export async function startHetznerApi(
  options: { readonly rate?: number } & Partial<HetznerOptions> = {},
): Promise<HetznerApi> {
  const { rate = 0, ...others } = options;
  const clock = createWorldClock({ startMs: Date.parse('2026-11-22T05:00:00Z'), rate });
  const hetzner = createHetzner({
    clock,
    randomness: createRandomness(7),
    token: 'h'.repeat(64),
    requestsPerHour: 1_000_000,
    ...others,
  });
  const api = await startApi(hetzner, { clock, ledger: createLedger(), faults: createFaults() });
  const endpoint = `${api.url}/v1`;
  return {
    clock,
    hetzner,
    api,
    endpoint,
    variables: { HCLOUD_ENDPOINT: endpoint, HCLOUD_TOKEN: hetzner.token },
    async call(method, path, body, token = hetzner.token) {
      const answer = await fetch(`${endpoint}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      const parsed: unknown = text === '' ? null : JSON.parse(text);
      const at = (where: string) => within(parsed, where);
      return { status: answer.status, headers: answer.headers, body: parsed, at };
    },
    async close() {
      await api.close();
      clock.close();
    },
  };
}

/** Undefined where the path ends early. */
export function within(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => {
    if (typeof part !== 'object' || part === null) return undefined;
    return new Map(Object.entries(part)).get(name);
  }, value);
}
