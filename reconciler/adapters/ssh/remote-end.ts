/** How a command on a host ended, from the exit code and the messages of the SSH client. */
import { Failure } from '../../core/failure.ts';
import { cut } from '../../core/text/cut.ts';
import { withoutSecrets } from '../../core/text/secret-shapes.ts';
import type { Host } from '../../ports/configurator.ts';

export type RemoteEnd =
  | {
      readonly kind: 'ran';
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
    }
  /** the port is closed or filtered, sshd does not answer, or the connection broke */
  | { readonly kind: 'unreachable'; readonly said: string }
  /** sshd accepts no certificate of ours */
  | { readonly kind: 'keyRefused'; readonly said: string }
  /** the host shows another key than those that are pinned; nothing was sent to it */
  | { readonly kind: 'wrongHostKey' }
  /** it did not end in time, and was ended on the host if that was reached */
  | { readonly kind: 'overdue' };

type ClientEnd = {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly overdue: boolean;
};

/** The client's own exit code; commands of ours end with other ones. */
const clientFailed = 255;
/** Of `timeout`, which limits a command on the host. */
const timedOut = 124;

/** OpenSSH has no codes for its errors, so its messages are matched here and nowhere else. */
const wrongHostKey = /Host key verification failed|No .* host key is known for/;
const keyRefused = /Permission denied \(/;

export function remoteEndOf({ code, stdout, stderr, overdue }: ClientEnd): RemoteEnd {
  if (overdue || code === timedOut) return { kind: 'overdue' };
  const said = stderr.toString();
  if (code !== null && code !== clientFailed)
    return { kind: 'ran', code, stdout: stdout.toString(), stderr: said };
  if (wrongHostKey.test(said)) return { kind: 'wrongHostKey' };
  const last = lastLineOf(said);
  if (keyRefused.test(said)) return { kind: 'keyRefused', said: last };
  return { kind: 'unreachable', said: code === null ? 'ssh was killed' : last };
}

export type Ran = Extract<RemoteEnd, { kind: 'ran' }>;

/** The end of a command that ran. Throws a `Failure` otherwise. */
export function ranOn(host: Host, end: RemoteEnd): Ran {
  switch (end.kind) {
    case 'ran':
      return end;
    case 'wrongHostKey':
      throw new Failure(
        'OwnershipUnproven',
        `the host at ${host.ipv4} shows another host key than ${host.agent} was given`,
      );
    case 'keyRefused':
      throw new Failure('KeyRefused', `${host.agent} refuses the certificate: ${end.said}`);
    case 'unreachable':
      throw new Failure('HostUnreachable', `${host.agent} cannot be reached by SSH: ${end.said}`);
    case 'overdue':
      throw new Failure('OutcomeUnknown', `a command on ${host.agent} did not end in time`);
    default:
      return end satisfies never;
  }
}

const lineMax = 200;

function lastLineOf(text: string): string {
  const last = text.trim().split('\n').at(-1)?.trim() ?? '';
  return last === '' ? 'no reason was given' : cut(withoutSecrets(last), lineMax);
}
