/**
 * The processes of a job's steps. A step of a cancelled or overdue job is asked to end as GitHub's
 * runner does it: https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 *
 * `act` kills the process that it started, at once. So each step is the child of a small one, which
 * outlives a step that was asked to end until `act` kills it: without that, `act` would take the end
 * for a failure, and go on.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Fields, fieldsOf } from './workflow.ts';

const script = `# $1: the folder of the job; the rest is the command of the step
folder=$1
shift
sh -c 'echo "$$ $PPID" > "$0/step.new"; mv "$0/step.new" "$0/step"; exec "$@"' "$folder" "$@"
code=$?
rm -f "$folder/step"
while [ -e "$folder/asked-$$" ]; do sleep 1; done
exit "$code"
`;

/** @param folder of the job */
export async function writeStepScript(folder: string): Promise<void> {
  await writeFile(join(folder, 'step.sh'), script);
}

/** What GitHub runs for the names of shells. https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax */
const commands: Readonly<Record<string, string>> = {
  '': 'bash -e {0}',
  bash: 'bash --noprofile --norc -eo pipefail {0}',
  sh: 'sh -e {0}',
};

/**
 * A step whose process can be found. Others are left as they are: those of actions, and those with
 * a shell of another name.
 *
 * @param shell of the job or the workflow
 */
export function findable(step: unknown, folder: string, shell: unknown): Fields {
  const fields = fieldsOf(step, 'a step');
  const command = commands[String(fields['shell'] ?? shell ?? '')];
  if (fields['run'] === undefined || command === undefined) return fields;
  return { ...fields, shell: `sh '${join(folder, 'step.sh')}' '${folder}' ${command}` };
}

const pauseMs = 20;
const parentMs = 5000;
/** How long the runner waits after each. */
const signals = [
  ['SIGINT', 7500],
  ['SIGTERM', 2500],
] as const;

type Step = { readonly pid: number; readonly group: number };

/** Resolves once the step has ended, or has ignored both signals. */
export async function askToEnd(folder: string, { pid, group }: Step): Promise<void> {
  await writeFile(join(folder, `asked-${group}`), '');
  for (const [signal, waitMs] of signals) {
    send(pid, signal);
    if (await isGone(pid, waitMs)) return;
  }
}

/** Once `act` has killed the parent: before, it would take that for a failure. */
export async function killRest({ group }: Step): Promise<void> {
  await isGone(group, parentMs);
  send(-group, 'SIGKILL');
}

async function isGone(pid: number, waitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < waitMs; waitedMs += pauseMs) {
    if (!send(pid, 0)) return true;
    await wait(pauseMs);
  }
  return false;
}

export function stepInProgress(folder: string): Step | null {
  try {
    const [pid = 0, group = 0] = readFileSync(join(folder, 'step'), 'utf8').split(' ').map(Number);
    // Never 0 or 1: they would name a group of ours, or everything.
    return pid > 1 && group > 1 ? { pid, group } : null;
  } catch {
    return null;
  }
}

/** Whether there is such a process. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
