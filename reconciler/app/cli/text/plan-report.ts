/** Shows a plan on the terminal and in the summary of a workflow's run. */
import { appendFile } from 'node:fs/promises';
import type { World } from '../../../core/fleet/world.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { causedMails, mailLines } from '../../../core/status/caused-mails.ts';
import { reportMarkdown, reportText } from '../../../core/status/report.ts';
import { type Environment, readConfig } from '../../config.ts';
import { type Output, plain } from './output.ts';

export function showPlan(plan: Plan, out: Output): void {
  const lines = plain(reportText(plan))
    .split('\n')
    .map((line) => {
      if (/^(STOPPED|PARTIAL READING|Refused \()/.test(line)) return out.paint('red', line);
      return /^\S.* \(\d+\)$/.test(line) || line.startsWith('Plan ')
        ? out.paint('bold', line)
        : line;
    });
  out.text(lines.join('\n'));
}

/** Shows which mails customers get because of the plan, and which they do not get. */
export function showMails(
  plan: Plan,
  { world, lacks }: { readonly world: World; readonly lacks: readonly string[] },
  out: Output,
): void {
  const lines = mailLines(causedMails(plan, world), world.policy.mail, lacks);
  if (lines.length > 0) out.text(lines.join('\n'));
}

/** The variables that are not set, and without which a finalize sends no mail to customers. */
export function mailSettingsLacking(env: Environment): readonly string[] {
  const { customerMail } = readConfig(env, ['customerMail']);
  return customerMail.kind === 'unset' ? customerMail.lacks : [];
}

/** Writes to the summary, if there is one. A failed write is only noted. */
export async function summarise(plan: Plan, env: Environment, out: Output): Promise<void> {
  const file = env['GITHUB_STEP_SUMMARY'] ?? '';
  if (file === '') return;
  try {
    await appendFile(file, `${plain(reportMarkdown(plan))}\n`);
  } catch {
    out.note('aura: the summary of the run could not be written (GITHUB_STEP_SUMMARY)');
  }
}
