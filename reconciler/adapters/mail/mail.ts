/** Sends mail with Resend's API. The idempotency key prevents a second mail in a day. */
import { isFailure } from '../../core/failure.ts';
import type { Mail } from '../../ports/mail.ts';
import { createHttp } from '../http/client.ts';

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
  const { baseUrl } = options;
  // No retries here: the next run sends a mail that failed.
  const http = createHttp({ service: 'Resend', baseUrl, timeoutMs: patienceMs });
  return {
    async send({ to, subject, text, idempotencyKey }) {
      try {
        await http.send({
          method: 'POST',
          path: '/emails',
          headers: {
            authorization: `Bearer ${options.apiKey}`,
            'idempotency-key': idempotencyKey,
          },
          body: { from: options.from, to, subject, text },
          repeatable: true,
        });
      } catch (failure) {
        // A mail with this key and another text was sent before: it is not sent again.
        if (!isFailure(failure, 'Conflict')) throw failure;
      }
    },
  };
}
