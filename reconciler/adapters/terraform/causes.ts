/**
 * What is broken where Terraform failed, by what it printed: its phase says nothing about that. An
 * unreachable bucket fails an init, a plan or an apply, and so does a provider that gets no answer.
 *
 * These forms are not Terraform's words but those of the libraries below it, which write each failed
 * call in one way: the AWS SDK (`operation error S3: GetObject, … StatusCode: 503`), Go's network
 * (`dial tcp 192.0.2.1:443: connect: connection refused`).
 */
import type { FailureReason } from '../../core/failure.ts';

/** null where the text names none of them */
export function causeIn(text: string): FailureReason | null {
  return storeCause(text) ?? (network.test(text) ? 'NetworkUnreachable' : null);
}

function storeCause(text: string): FailureReason | null {
  if (noCredentials.test(text)) return 'Unauthorized';
  const found = /operation error (?:S3|STS|DynamoDB): \w+,.*?StatusCode: (\d+)/.exec(text);
  if (found === null) return null;
  const status = Number(found[1]);
  // A lock held by another: the object is there already, or was written meanwhile.
  if (status === 409 || status === 412) return null;
  return status === 401 || status === 403 ? 'Unauthorized' : 'StateStoreDown';
}

const noCredentials = /No valid credential sources found/i;
const network =
  /\bdial tcp\b|: connect: |: read: connection reset|i\/o timeout|no such host|TLS handshake timeout|: (?:unexpected )?EOF\b|context deadline exceeded/;
