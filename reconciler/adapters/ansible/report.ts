/** What a play reported, and the failure that it means. */
import { Failure, type FailureDetails } from '../../core/failure.ts';
import { cut } from '../../core/text/cut.ts';
import { withoutSecrets } from '../../core/text/secret-shapes.ts';

type Trouble = {
  readonly kind: 'failed' | 'unreachable';
  readonly task: string;
  readonly message: string;
  /** the module, such as `ansible.builtin.apt` */
  readonly action: string;
};
type Report = {
  readonly trouble: Trouble | null;
  /** names of the tasks that changed something */
  readonly changed: readonly string[];
  /** whether it ran to its end on a host */
  readonly whole: boolean;
};

/** Lines that are not the plugin's are ignored. */
export function reportOf(stdout: string): Report {
  let trouble: Trouble | null = null;
  let whole = false;
  const changed: string[] = [];
  for (const line of stdout.split('\n')) {
    const event = eventIn(line);
    if (event === null) continue;
    const { event: kind, task } = event;
    if (kind === 'failed' || kind === 'unreachable') trouble = troubleIn(event, kind);
    else if (kind === 'changed') changed.push(String(task));
    else if (kind === 'stats') whole = Number(event['ok']) > 0;
  }
  return { trouble, changed, whole };
}

type Event = Readonly<Record<string, unknown>>;

function eventIn(line: string): Event | null {
  if (!line.startsWith('{')) return null;
  try {
    const parsed: unknown = JSON.parse(line);
    return parsed !== null && typeof parsed === 'object' ? (parsed as Event) : null;
  } catch {
    return null;
  }
}

function troubleIn(event: Event, kind: Trouble['kind']): Trouble {
  const { msg, stderr, stdout } = event;
  const parts = [msg, stderr, stdout].filter((part) => typeof part === 'string' && part !== '');
  return {
    kind,
    task: String(event['task']),
    message: parts.join('\n'),
    action: String(event['action']),
  };
}

export type PlayEnd = {
  /** null if it was killed */
  readonly code: number | null;
  readonly overdue: boolean;
  readonly stdout: string;
  readonly stderr: string;
};

/** null if the play succeeded. */
export function failureOf({ code, overdue, stdout, stderr }: PlayEnd): Failure | null {
  const { trouble, whole } = reportOf(stdout);
  if (overdue) return failed('the roles did not end in time and were stopped');
  // As a canceled job does: no attempt of the agent is used up, and the roles are played again.
  if (code === null) return new Failure('ToolStuck', 'ansible-playbook was killed');
  if (code === 0 && whole) return null;
  if (trouble === null) {
    // No task ran: the playbook or this machine is at fault, not the host.
    const why = code === 0 ? 'no task ran' : excerpt(stderr);
    return failed(`the playbook does not run: ${why}`, { scope: 'fleet', errorClass: 'stalled' });
  }
  const said = `${excerpt(trouble.message)} (task “${cut(trouble.task, 100)}”)`;
  if (trouble.kind === 'unreachable')
    return new Failure('HostUnreachable', `the host was lost while the roles were played: ${said}`);
  if (isMirrorDown(trouble)) return new Failure('PackageMirrorDown', said);
  return causedBy(causeIn(trouble.message), said);
}

/** A play that stops by its own check names the cause first in its message. */
function causeIn(message: string): string | null {
  return /^([A-Z][A-Za-z]+): /.exec(message)?.[1] ?? null;
}

function causedBy(cause: string | null, said: string): Failure {
  switch (cause) {
    case 'BootTimeout':
    case 'CloudInitFailed':
    case 'UnitFailed':
      return new Failure(cause, said);
    // Not the host is at fault, but the roles, their variables or a vendor: the same for all agents.
    case 'HostKeyMissing':
    case 'InvalidInput':
    case 'SigningKeyUnexpected':
      return failed(said, { scope: 'fleet', errorClass: 'stalled' });
    default:
      return failed(said);
  }
}

function failed(message: string, details: FailureDetails = {}): Failure {
  return new Failure('ConfigureFailed', message, details);
}

/** Modules that download; and programs that do, by how they report an error. */
const downloads = /\.?(?:get_url|apt|apt_key|apt_repository|deb822_repository|npm|pip|unarchive)$/;
const downloaders = /\bnpm (?:ERR!|error)|\bE: Failed to fetch|\bpip\b/;

/** They have no common code for a source that does not answer, only messages. */
const noAnswer = [
  /urlopen error|HTTP Error 5\d\d|\b50[0-4] /,
  /Temporary failure resolving|Could not resolve|Name or service not known|EAI_AGAIN|ENOTFOUND/,
  /Could not connect to|Unable to connect to|Connection (?:refused|reset|timed out|failed)/,
  /ETIMEDOUT|ECONNREFUSED|ECONNRESET|Network is unreachable/,
  // apt's module does not repeat what apt said.
  /Failed to update apt cache/,
];

function isMirrorDown({ action, message }: Trouble): boolean {
  const isDownload = downloads.test(action) || downloaders.test(message);
  return isDownload && noAnswer.some((one) => one.test(message));
}

const excerptMax = 400;

/** The end of a text, where programs give the reason. */
export function excerpt(text: string): string {
  const clean = withoutSecrets(text).trim().replaceAll(/\s+/g, ' ');
  if (clean === '') return 'no reason was given';
  return clean.length <= excerptMax ? clean : `…${clean.slice(-excerptMax)}`;
}
