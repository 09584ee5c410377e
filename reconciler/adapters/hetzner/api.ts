/**
 * Sends requests to Hetzner's API, with its token, error codes and clock.
 * https://docs.hetzner.cloud/reference/cloud
 */
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { Fields } from '../http/answer.ts';
import { createHttp, type Explanation, type HttpAnswer, type HttpRequest } from '../http/client.ts';
import { createBudget, type RequestBudget } from './budget.ts';
import { reasonOfCode } from './errors.ts';
import { createPace } from './pace.ts';

export type HetznerApi = {
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** the answer's body, for requests that have one */
  ask(request: HttpRequest): Promise<Fields>;
  /** `Date` of the newest answer, in ms, and the time since then where both clocks run evenly */
  now(): Promise<number>;
  readonly clock: Clock;
  readonly budget: RequestBudget;
  readonly pollIntervalMs: number;
};

export type HetznerOptions = {
  /** e.g. `https://api.hetzner.cloud/v1` */
  readonly endpoint: string;
  readonly token: string;
  readonly clock: Clock;
  readonly random: () => number;
  /** between two polls of an action, or of a server that shuts down; 1000 by default */
  readonly pollIntervalMs?: number;
};

export function createHetznerApi(options: HetznerOptions): HetznerApi {
  const { clock, random } = options;
  const budget = createBudget(clock);
  const http = createHttp({
    service: 'Hetzner',
    baseUrl: options.endpoint,
    seeHeaders: budget.see,
    retry: { clock, random },
    explain,
  });
  const headers = { authorization: `Bearer ${options.token}` };
  const pace = createPace();

  async function send(request: HttpRequest): Promise<HttpAnswer> {
    const answer = await http.send({ ...request, headers });
    const dateMs = http.newestDate();
    if (dateMs !== null) pace.hear(dateMs, clock.now());
    return answer;
  }

  return {
    clock,
    budget,
    pollIntervalMs: options.pollIntervalMs ?? 1000,
    send,
    async ask(request) {
      return new Fields((await send(request)).body, 'an answer of Hetzner');
    },
    async now() {
      // The clock has to advance for a client that waits and sends no other request.
      if (pace.now(clock.now()) === null)
        await send({ method: 'GET', path: '/locations?per_page=1' });
      const nowMs = pace.now(clock.now());
      if (nowMs === null)
        throw new Failure('UnexpectedAnswer', 'the answers of Hetzner carry no Date');
      return nowMs;
    },
  };
}

function explain({ status, body }: HttpAnswer): Explanation | null {
  const error = errorOf(body);
  // A 404 without Hetzner's error body comes from a proxy and proves no absence.
  if (error === null) return status === 404 ? { reason: 'UnexpectedAnswer', said: '' } : null;
  const said = `${error.code}: ${error.message}`;
  if (error.code === 'not_found') return { reason: 'NotFound', said };
  return { reason: reasonOfCode.get(error.code) ?? null, said };
}

function errorOf(body: unknown): { readonly code: string; readonly message: string } | null {
  if (body === null || typeof body !== 'object' || !('error' in body)) return null;
  const { error } = body;
  if (error === null || typeof error !== 'object' || !('code' in error)) return null;
  const message = 'message' in error ? String(error.message) : '';
  return typeof error.code === 'string' ? { code: error.code, message } : null;
}
