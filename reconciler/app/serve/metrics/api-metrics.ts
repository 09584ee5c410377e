/**
 * Counts the requests that this process sends to the services that it uses, whatever client sends
 * them: Node reports its own client and fetch on channels. A rate limit is read from the answers.
 * https://nodejs.org/api/diagnostics_channel.html#built-in-channels
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, type Registry } from 'prom-client';

/** The addresses of the services, where they are known. */
export type ApiConfig = {
  readonly billing?: { readonly apiBase: string };
  readonly cloud?: { readonly endpoint: string };
  readonly tailnet?: { readonly baseUrl: string };
  readonly forge?: { readonly apiUrl: string };
  readonly states?: { readonly endpoint: string };
  readonly repository?: { readonly url: string };
};
type Answer = {
  readonly host: string;
  /** null where there was no answer */
  readonly status: number | null;
  header(name: string): string | null;
};

export function countApiCalls(app: FastifyInstance, registry: Registry, config: ApiConfig): void {
  const services = servicesOf(config);
  const requests = new Counter({
    name: 'aura_api_requests_total',
    help: 'Requests of this process to a service, by status; none: there was no answer.',
    labelNames: ['service', 'status'],
    registers: [registry],
  });
  const limits = createLimits(registry);
  const end = onAnswers(({ host, status, header }) => {
    const service = services.get(host);
    if (service === undefined) return;
    requests.inc({ service, status: status === null ? 'none' : String(status) });
    limits(service, header);
  });
  app.addHook('onClose', async () => end());
}

/** The names of headers differ: Hetzner's and GitHub's. */
const limitPrefixes = ['ratelimit', 'x-ratelimit'];

function createLimits(registry: Registry) {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['service'], registers: [registry] });
  const limit = gauge('aura_api_limit', 'The limit of requests that the last answer names.');
  const remaining = gauge('aura_api_remaining', 'What is left of it.');
  return (service: string, header: Answer['header']) => {
    for (const prefix of limitPrefixes) {
      const [most, left] = ['limit', 'remaining'].map((name) => header(`${prefix}-${name}`));
      if (most == null || left == null) continue;
      if (![most, left].every((text) => /^\d{1,9}$/.test(text))) continue;
      limit.set({ service }, Number(most));
      remaining.set({ service }, Number(left));
      return;
    }
  };
}

/** The services by host and port; an answer of any other host is not counted. */
function servicesOf(config: ApiConfig): ReadonlyMap<string, string> {
  const { billing, cloud, tailnet, forge, states, repository } = config;
  const urls = [
    ['stripe', billing?.apiBase],
    ['hetzner', cloud?.endpoint],
    ['tailscale', tailnet?.baseUrl],
    ['github', forge?.apiUrl],
    ['bucket', states?.endpoint],
    ['git', repository?.url],
  ] as const;
  return new Map(
    urls
      .flatMap(([name, url]): [string, string][] => {
        const host = URL.parse(url ?? '')?.host;
        return host === undefined || host === '' ? [] : [[host, name]];
      })
      .reverse(),
  );
}

/** Returns a function that ends it. */
function onAnswers(hear: (answer: Answer) => void): () => void {
  const channels: Readonly<Record<string, (message: unknown) => void>> = {
    'http.client.response.finish': (message) => {
      const { request, response } = message as {
        request: ClientRequest;
        response: IncomingMessage;
      };
      hear({
        host: hostOf(request),
        status: response.statusCode ?? null,
        header: (name) => textOf(response.headers[name]),
      });
    },
    'http.client.request.error': (message) => {
      const { request } = message as { request: ClientRequest };
      hear({ host: hostOf(request), status: null, header: () => null });
    },
    'undici:request:headers': (message) => {
      const { request, response } = message as FetchMessage;
      const headers = response?.headers ?? [];
      hear({
        host: URL.parse(String(request.origin))?.host ?? '',
        status: response?.statusCode ?? null,
        header: (name) => rawHeader(headers, name),
      });
    },
    'undici:request:error': (message) => {
      const { request } = message as FetchMessage;
      const host = URL.parse(String(request.origin))?.host ?? '';
      hear({ host, status: null, header: () => null });
    },
  };
  for (const [name, listen] of Object.entries(channels)) subscribe(name, listen);
  return () => {
    for (const [name, listen] of Object.entries(channels)) unsubscribe(name, listen);
  };
}

type FetchMessage = {
  readonly request: { readonly origin: unknown };
  readonly response?: { readonly statusCode: number; readonly headers: readonly Uint8Array[] };
};

function hostOf(request: ClientRequest): string {
  return textOf(request.getHeader('host')) ?? '';
}

function textOf(header: string | number | readonly string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}

/** Names and values in turn. */
function rawHeader(headers: readonly Uint8Array[], name: string): string | null {
  for (let place = 0; place + 1 < headers.length; place += 2) {
    const [key, value] = [headers[place], headers[place + 1]].map(String);
    if (key?.toLowerCase() === name) return value ?? null;
  }
  return null;
}
