/** Mail by Resend's API. The idempotency key keeps a mail from going out twice in a day. */
import { Failure, type FailureReason } from '../core/failure.ts';
import type { Mail } from '../ports.ts';

const patienceMs = 15_000;

/**
 * @param options.baseUrl e.g. `https://api.resend.com`
 * @param options.from e.g. `Aura <aura@example.com>`
 */
export function createMail(options: {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly from: string;
}): Mail {
  return {
    async send({ to, subject, text, idempotencyKey }) {
      const response = await post(`${options.baseUrl.replace(/\/+$/, '')}/emails`, {
        headers: {
          authorization: `Bearer ${options.apiKey}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
        body: JSON.stringify({ from: options.from, to, subject, text }),
      });
      // The mail went out before under this key, in other words: it is not sent again.
      if (response.ok || response.status === 409) return;
      const reason =
        reasons[response.status] ?? (response.status >= 500 ? 'ProviderOutage' : 'InvalidInput');
      throw new Failure(reason, `Resend answers ${response.status}`, {
        httpStatus: response.status,
      });
    },
  };
}

const reasons: Readonly<Record<number, FailureReason>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'RateLimited',
};

async function post(url: string, request: { headers: Record<string, string>; body: string }) {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const response = await fetch(url, { ...request, method: 'POST', signal });
    await response.arrayBuffer();
    return response;
  } catch (cause) {
    throw new Failure('NetworkUnreachable', 'Resend does not answer', { cause });
  }
}
