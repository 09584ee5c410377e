/**
 * Finds the cause of a Terraform failure in its output. The command does not show it: an
 * unreachable bucket or provider fails an init, a plan or an apply.
 */
import type { FailureReason } from '../../core/failure.ts';
import { reasonOfCode } from '../hetzner/errors.ts';

type Diagnostic = {
  readonly text: string;
  /** of the resource; null if the diagnostic names none */
  readonly address: string | null;
};

/**
 * The errors among the lines of a run with `-json`.
 * https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export function diagnosticsOf(output: string): readonly Diagnostic[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const { severity, summary = '', detail = '', address } = diagnosticIn(line);
    if (severity !== 'error') return [];
    return [
      {
        text: `${summary} ${detail}`.trim(),
        address: typeof address === 'string' && address !== '' ? address : null,
      },
    ];
  });
}

function diagnosticIn(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line).diagnostic ?? {};
  } catch {
    return {};
  }
}

/** Whether the provider reports that a name or a key is in use already. */
export function saysTaken({ text }: Diagnostic): boolean {
  return /\buniqueness_error\b/.test(text);
}

/** The reason that the provider's error code gives; null if there is none. */
export function codeIn(diagnostics: readonly Diagnostic[]): FailureReason | null {
  for (const { text } of diagnostics) {
    for (const [code] of text.matchAll(/\b[a-z]+(?:_[a-z]+)*\b/g)) {
      const reason = reasonOfCode.get(code);
      // One-word codes occur in other sentences too: they count only in the provider's own form.
      if (reason !== undefined && (code.includes('_') || text.includes(`(${code}`))) return reason;
    }
  }
  return null;
}

/**
 * The cause by the texts of the libraries below Terraform, which report each failed call in one
 * way: the AWS SDK (`operation error S3: GetObject, … StatusCode: 503`), Go's network (`dial tcp
 * 192.0.2.1:443: connect: connection refused`). null if the text contains none of them.
 */
export function causeIn(text: string): FailureReason | null {
  return storeCause(text) ?? (network.test(text) ? 'NetworkUnreachable' : null);
}

function storeCause(text: string): FailureReason | null {
  if (noCredentials.test(text) || keysRefused.test(text)) return 'Unauthorized';
  const found = /operation error (?:S3|STS|DynamoDB): \w+,.*?StatusCode: (\d+)/.exec(text);
  if (found === null) return null;
  const status = Number(found[1]);
  // The lock is held: its object exists already, or was written meanwhile.
  if (status === 409 || status === 412) return null;
  return status === 401 || status === 403 ? 'Unauthorized' : 'StateStoreDown';
}

/** Temporary keys that are over are refused with status 400. */
const keysRefused = /operation error S3: .*?api error (?:ExpiredToken|InvalidToken)\b/;
const noCredentials = /No valid credential sources found/i;
const network =
  /\bdial tcp\b|: connect: |: read: connection reset|i\/o timeout|no such host|TLS handshake timeout|: (?:unexpected )?EOF\b|context deadline exceeded/;
