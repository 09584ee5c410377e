/**
 * Signs events as the Standard Webhooks specification says, once with each secret, so that a
 * receiver that knows one of them can verify it.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac } from 'node:crypto';

type Signed = {
  readonly id: string;
  readonly body: string;
  readonly atSeconds: number;
  /** `whsec_` and base64 */
  readonly secrets: readonly string[];
};

export function signatureHeaders({ id, body, atSeconds, secrets }: Signed): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const content = `${id}.${atSeconds}.${body}`;
    return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(atSeconds),
    'webhook-signature': signatures.join(' '),
  };
}
