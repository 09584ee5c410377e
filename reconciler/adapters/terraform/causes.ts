/**
 * Finds the cause of a Terraform failure in its output. The command does not show it: an
 * unreachable bucket or provider fails an init, a plan or an apply.
 *
 * The patterns are those of the libraries below Terraform, which report each failed call in one
 * way: the AWS SDK (`operation error S3: GetObject, … StatusCode: 503`), Go's network (`dial tcp
 * 192.0.2.1:443: connect: connection refused`).
 */
import type { FailureReason } from '../../core/failure.ts';

/** null if the text contains none of them */
export function causeIn(text: string): FailureReason | null {
  return storeCause(text) ?? (network.test(text) ? 'NetworkUnreachable' : null);
}

function storeCause(text: string): FailureReason | null {
  if (noCredentials.test(text)) return 'Unauthorized';
  const found = /operation error (?:S3|STS|DynamoDB): \w+,.*?StatusCode: (\d+)/.exec(text);
  if (found === null) return null;
  const status = Number(found[1]);
  // The lock is held: its object exists already, or was written meanwhile.
  if (status === 409 || status === 412) return null;
  return status === 401 || status === 403 ? 'Unauthorized' : 'StateStoreDown';
}

const noCredentials = /No valid credential sources found/i;
const network =
  /\bdial tcp\b|: connect: |: read: connection reset|i\/o timeout|no such host|TLS handshake timeout|: (?:unexpected )?EOF\b|context deadline exceeded/;
