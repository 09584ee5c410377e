/**
 * Which mails to customers a plan causes: what finalize has to send once its changes have succeeded,
 * whether or not the policy names the kinds. What was mailed before is not counted.
 */
import type { AgentFile } from '../agent/agent.ts';
import type { Policy } from '../agent/policy.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import type { Change } from '../fleet/situation.ts';
import type { World } from '../fleet/world.ts';
import type { MailKind } from '../mail/mail-kind.ts';
import { newsOf, saidToBeDown } from '../mail/news.ts';
import type { Plan } from '../plan/plan.ts';
import { countedText } from '../text/counted.ts';

type Case = { readonly file: AgentFile; readonly record: AgentRecord | null };

/** One entry for each mail. */
export function causedMails(
  plan: Pick<Plan, 'changes' | 'idle'>,
  { files, records }: Pick<World, 'files' | 'records'>,
): readonly MailKind[] {
  const filed = new Map<string | null, AgentFile>(files.map((file) => [file.id, file]));
  const recorded = new Map<string, AgentRecord>(records.map((record) => [record.name, record]));
  const caseOf = (agent: string): Case | null => {
    const file = filed.get(agent);
    return file === undefined ? null : { file, record: recorded.get(agent) ?? null };
  };
  // A mail about an end is sent when its grace begins.
  const ending = plan.idle.filter(({ reason }) => reason === 'GraceRunning');
  return [
    ...plan.changes.flatMap((change) => ofChange(change, caseOf(change.agent))),
    ...ending.flatMap(({ agent }) => unsentBad(caseOf(agent))),
  ];
}

function ofChange(change: Change, one: Case | null): readonly MailKind[] {
  const isDown = saidToBeDown(one?.record?.mails ?? {});
  switch (change.kind) {
    case 'create':
    case 'resume':
      return [isDown ? 'recovered' : 'running'];
    case 'power':
      if (change.to === 'off') return unsentBad(one);
      return isDown ? ['recovered'] : [];
    case 'giveUp':
      return change.refund === 'none' ? ['failed'] : ['failed', 'refunded'];
    default:
      return [];
  }
}

/** That it is suspended, or going to be deleted. */
function unsentBad(one: Case | null): readonly MailKind[] {
  if (one === null || one.record === null) return [];
  const { mails = {} } = one.record;
  return newsOf(one.file, one.record)
    .filter(({ kind, of }) => mails[kind]?.of !== of)
    .flatMap(({ kind }) => (kind === 'suspended' || kind === 'retiring' ? [kind] : []));
}

/** @param lacks the settings of this process without which none is sent */
export function mailLines(
  caused: readonly MailKind[],
  { kinds, perHourMax }: Policy['mail'],
  lacks: readonly string[],
): readonly string[] {
  const sent = caused.filter((kind) => kinds.includes(kind));
  const unsent = caused.filter((kind) => !kinds.includes(kind));
  const lines: string[] = [];
  if (sent.length > 0) {
    const pace = sent.length > perHourMax ? `, ${perHourMax} an hour` : '';
    const not =
      lacks.length > 0 ? `; not set here, and none is sent without: ${lacks.join(', ')}` : '';
    lines.push(`Mails to customers after these changes: ${countedText(sent)}${pace}${not}`);
  }
  if (unsent.length > 0) {
    const why = kinds.length === 0 ? 'is empty' : 'does not name them';
    const what = countedText(unsent);
    lines.push(`No mails to customers about: ${what}; mail.kinds of policy.yaml ${why}`);
  }
  return lines;
}
