/** Shows what apply did, as the report of `--json` and as text. */

import { impossible } from '../../../core/failure.ts';
import { counted } from '../../../core/text/counted.ts';
import { withoutSecrets } from '../../../core/text/secret-shapes.ts';
import type { AppliedChange } from '../../../flows/reconcile/apply/apply.ts';
import type { FinalizeReport } from '../../../flows/reconcile/finalize/finalize.ts';
import { type Output, plain, table } from './output.ts';

type AppliedReport = {
  readonly agent: string;
  readonly change: string;
  readonly outcome: 'done' | 'skipped' | 'deferred' | 'superseded' | 'failed';
  readonly step?: string;
  readonly reason?: string;
  readonly message?: string;
};

export function reportOf({ agent, change, outcome }: AppliedChange): AppliedReport {
  const about = { agent, change, outcome: outcome.kind };
  switch (outcome.kind) {
    case 'done':
      return about;
    case 'skipped':
    case 'superseded':
      return { ...about, message: withoutSecrets(outcome.message) };
    case 'deferred': {
      const { reason, message } = outcome.failure;
      return { ...about, reason, message: withoutSecrets(message) };
    }
    case 'failed': {
      const { reason, message } = outcome.failure;
      return { ...about, step: outcome.step, reason, message: withoutSecrets(message) };
    }
    default:
      return impossible(outcome);
  }
}

export function applyNeedsAttention(applied: readonly AppliedReport[]): boolean {
  return applied.some(({ outcome }) => outcome === 'failed' || outcome === 'deferred');
}

export function appliedText(applied: readonly AppliedReport[], out: Output): string {
  if (applied.length === 0) return 'Nothing was applied.';
  const rows = applied.map(({ agent, change, outcome, step, reason, message }) => {
    const where = step === undefined ? '' : `at ${step}: `;
    const why = [reason, message].filter((part) => part !== undefined).join(', ');
    return [`  ${outcome}`, change, agent, plain(`${where}${why}`).replaceAll('\n', '\n    ')];
  });
  const styles = {
    done: 'green',
    skipped: 'dim',
    deferred: 'yellow',
    superseded: 'yellow',
    failed: 'red',
  } as const;
  const lines = table(rows)
    .split('\n')
    .map((line) => {
      const word = /^ {2}(done|skipped|deferred|superseded|failed)\b/.exec(line)?.[1];
      return word === undefined
        ? line
        : line.replace(word, out.paint(styles[word as keyof typeof styles], word));
    });
  return `${out.paint('bold', `Applied (${applied.length})`)}\n${lines.join('\n')}`;
}

export function finalizeText(finalized: FinalizeReport): string {
  const parts = [
    count(finalized.statuses.length, 'record', 'written'),
    count(finalized.restored.length, 'file', 'restored with a tombstone'),
    count(finalized.canceled.length, 'subscription', 'canceled'),
    count(finalized.compensated.length, 'given up agent', 'refunded by policy'),
    count(finalized.resumed.length, 'paused collection', 'resumed'),
    count(finalized.refunds.length, 'refund', 'finished or returned by its bank'),
    count(finalized.removed.length, 'file', 'removed'),
    count(finalized.adopted.length, 'server', 'adopted'),
    count(finalized.builders.length, 'builder', 'ended'),
    count(finalized.forgotten.length, 'record', 'of former agents removed'),
    mailsText(finalized.mails),
    ...finalized.proposals.map((url) => `proposed ${url}`),
  ];
  const lost = finalized.lost.length === 0 ? [] : [lostText(finalized.lost)];
  const failed = finalized.failed.map(failedText);
  const stopped = finalized.stopped === null ? [] : [`main was not changed: ${finalized.stopped}`];
  const said = [...parts, ...lost, ...failed, ...stopped].filter((part) => part !== '');
  return said.length === 0
    ? 'Finalized: nothing to write.'
    : `Finalized: ${plain(said.join('; '))}.`;
}

function mailsText({ sent, waiting, lacks }: FinalizeReport['mails']): string {
  if (lacks.length > 0)
    return `${counted(waiting, 'mail')} not sent to customers: not set: ${lacks.join(', ')}`;
  const parts = [count(sent.length, 'mail', 'sent'), count(waiting, 'mail', 'waiting')];
  return parts.filter((part) => part !== '').join(', ');
}

const agentsNamed = 10;

/** Names a few of the agents, which an operator has to look for; the JSON report lists all. */
function lostText(agents: readonly string[]): string {
  const named = agents.slice(0, agentsNamed).join(', ');
  const more = agents.length - agentsNamed;
  const rest = more > 0 ? ` and ${more} more` : '';
  return `LOST FILES, not found in history (${agents.length}): ${named}${rest}`;
}

function failedText({ part, about, reason, message }: FinalizeReport['failed'][number]): string {
  const what = about === null ? part : `${part}, ${about}`;
  return `FAILED ${what}: ${reason}, ${withoutSecrets(message)}`;
}

/** A part that failed as a whole makes exit code 1, even if the others succeeded. */
export function partFailed({ failed }: FinalizeReport): boolean {
  return failed.some(({ about }) => about === null);
}

/** Whether finalize found anything that needs attention: exit code 3. */
export function finalizeNeedsAttention({ lost, failed }: FinalizeReport): boolean {
  return lost.length > 0 || failed.length > 0;
}

function count(n: number, noun: string, done: string): string {
  return n === 0 ? '' : `${counted(n, noun)} ${done}`;
}
