/** Waits until a host can be reached and cloud-init has finished, and reports its errors. */
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../ports/configurator.ts';
import type { RemoteEnd } from '../ssh/remote-end.ts';
import { ranOn } from '../ssh/remote-end.ts';
import { excerpt } from './report.ts';

/** `waiting` tells what is not there yet. */
type Boot =
  | { readonly kind: 'finished' }
  | { readonly kind: 'waiting'; readonly for: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Its own status costs half a second of a processor that boots: it is asked once it has finished. */
const command = [
  'if [ -e /run/cloud-init/result.json ]; then exec cloud-init status --format json; fi',
  `echo '{"status": "running"}'`,
].join('\n');
export const bootCommand = { command, limitMs: 30_000 } as const;

/**
 * While a host boots, its port may be closed, and sshd may not trust the CA yet. Another host key
 * is no such delay.
 */
export function bootOf(host: Host, end: RemoteEnd): Boot {
  switch (end.kind) {
    case 'unreachable':
      return { kind: 'waiting', for: `sshd does not answer (${end.said})` };
    case 'keyRefused':
      return { kind: 'waiting', for: `sshd refuses the certificate (${end.said})` };
    case 'overdue':
      return { kind: 'waiting', for: 'cloud-init does not report its status' };
    default:
      return cloudInit(host, ranOn(host, end).stdout);
  }
}

/** Its exit code differs between versions; the status does not. */
function cloudInit(host: Host, stdout: string): Boot {
  const report = jsonIn(stdout);
  const status = report['status'];
  if (status === 'done') return { kind: 'finished' };
  if (status !== 'error') {
    const said = typeof status === 'string' ? `is ${status}` : 'does not report its status';
    return { kind: 'waiting', for: `cloud-init ${said}` };
  }
  const errors = Array.isArray(report['errors']) ? report['errors'].map(String) : [];
  const why = excerpt(errors.join('; '));
  const failure = new Failure('CloudInitFailed', `cloud-init of ${host.agent} failed: ${why}`);
  return { kind: 'failed', failure };
}

export function jsonIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed !== null && typeof parsed === 'object' ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
