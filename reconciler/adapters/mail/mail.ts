/**
 * Sends mail with Resend's package. For a day the idempotency key prevents a second mail.
 *
 * The package has no timeout and no retries, and it returns errors instead of throwing them: a
 * status and a name, without a status where no answer came. Resend's own text is not repeated in a
 * Failure, because it may quote the recipient.
 */
import { type ErrorResponse, Resend } from 'resend';
import { Failure, type FailureReason, isFailure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Mail, Sender } from '../../ports/mail.ts';

const patienceMs = 15_000;
/** Resend allows two requests a second. */
const limitedTriesMax = 3;
const limitedWaitMsMax = 5000;

/**
 * @param options.baseUrl e.g. `https://api.resend.com`
 * @param options.from e.g. `Aura <aura@example.com>`
 */
export function createMail(options: {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly from: string;
  readonly clock: Pick<Clock, 'wait'>;
}): Mail {
  const { apiKey, baseUrl, from, clock } = options;
  const resend = new Resend(apiKey, { baseUrl: baseUrl.replace(/\/+$/, '') });
  const sendOnce: Mail['send'] = async ({ idempotencyKey, ...mail }) => {
    const asked = { idempotencyKey, signal: AbortSignal.timeout(patienceMs) };
    const { error, headers } = await resend.emails.send({ from, ...mail }, asked);
    // A mail with this key and another content was sent before: it is not sent again.
    if (error !== null && error.name !== 'invalid_idempotent_request')
      throw failureOf(error, headers);
  };
  return {
    send: (mail) => withinLimit(clock, () => sendOnce(mail)),
    sender: () => withinLimit(clock, () => senderOf(resend, from)),
  };
}

/** Waits as long as Resend asks, a few times. */
async function withinLimit<Answer>(
  clock: Pick<Clock, 'wait'>,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  for (let tries = 1; tries < limitedTriesMax; tries += 1) {
    try {
      return await ask();
    } catch (failure) {
      if (!isFailure(failure, 'RateLimited')) throw failure;
      const waitMs = (failure.retryAfterSeconds ?? 1) * 1000;
      await clock.wait(Math.min(waitMs, limitedWaitMsMax));
    }
  }
  return ask();
}

async function senderOf(resend: Resend, from: string): Promise<Sender> {
  const domain = (/@([^@>]+)>?$/.exec(from)?.[1] ?? '').toLowerCase();
  const signal = AbortSignal.timeout(patienceMs);
  const { data, error, headers } = await resend.domains.list({ limit: 100 }, { signal });
  if (error?.name === 'restricted_api_key') return { domain, state: 'unknown' };
  // A listing has no input: Resend answers 400 to a key that it does not know.
  if (error?.statusCode === 400) throw new Failure('Unauthorized', 'Resend refuses our key');
  if (error !== null) throw failureOf(error, headers);
  const found = data.data.find(({ name }) => name === domain);
  if (found === undefined) return { domain, state: 'absent' };
  return { domain, state: found.status === 'verified' ? 'verified' : 'not verified' };
}

const reasonsByName: Readonly<Partial<Record<ErrorResponse['name'], FailureReason>>> = {
  concurrent_idempotent_requests: 'OutcomeUnknown',
  daily_quota_exceeded: 'ResourceLimitExceeded',
  monthly_quota_exceeded: 'ResourceLimitExceeded',
};
const reasonsByStatus: Readonly<Record<number, FailureReason>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'RateLimited',
};

function failureOf(error: ErrorResponse, headers: Record<string, string> | null): Failure {
  const { statusCode, name } = error;
  if (typeof statusCode !== 'number') {
    // Also where the answer was lost: the mail may have been sent, and the key makes that safe.
    return new Failure('NetworkUnreachable', 'Resend does not answer');
  }
  const usual = statusCode >= 500 ? 'ProviderOutage' : 'InvalidInput';
  const reason = reasonsByName[name] ?? reasonsByStatus[statusCode] ?? usual;
  const afterSeconds = Number(headers?.['retry-after']);
  return new Failure(reason, `Resend answers ${statusCode} (${nameIn(name)})`, {
    httpStatus: statusCode,
    ...(afterSeconds > 0 ? { retryAfterSeconds: afterSeconds } : {}),
  });
}

/** What stands between Resend and us may answer anything. */
function nameIn(name: unknown): string {
  return typeof name === 'string' && /^[a-z_]{1,60}$/.test(name) ? name : 'unknown error';
}
