/** Posts notices to one address as JSON. The next check sends a failed notice again. */
import { Failure } from '../core/failure.ts';
import type { Webhook } from '../ports/webhook.ts';

const timeoutMs = 10_000;

export function createWebhook(url: string): Webhook {
  return {
    async post(notice) {
      const status = await post(url, notice);
      if (status < 200 || status >= 300)
        throw new Failure('UnexpectedAnswer', `the webhook answers ${status}`, {
          httpStatus: status,
        });
    },
  };
}

async function post(url: string, notice: object): Promise<number> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'aura' },
      body: JSON.stringify(notice),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch (cause) {
    // The address is not in the message: it is a secret that lets its holder post.
    throw new Failure('NetworkUnreachable', 'the webhook cannot be reached', { cause });
  }
}
