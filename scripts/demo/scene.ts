/** Shared steps of the chapters: a run with expected changes, and waiting for a condition. */
import assert from 'node:assert/strict';
import { changeLine, reportText } from '../../reconciler/core/status/report.ts';
import type { Reconciled } from '../../reconciler/flows/reconcile/reconcile.ts';
import type { Customer, Stage } from './stage.ts';

export const hour = 3600;

/** A run whose changes are exactly these, all carried out. */
export async function reconcileExpecting(
  stage: Stage,
  expected: readonly string[],
): Promise<Reconciled> {
  const done = await stage.reconcile();
  assert.deepEqual(kinds(done.plan.changes), expected, reportText(done.plan));
  for (const change of done.plan.changes) stage.narrator.say(`Run: ${changeLine(change)}`);
  const failed = done.applied.filter((one) => one.outcome.kind !== 'done');
  assert.deepEqual(failed, [], JSON.stringify(failed));
  return done;
}

/** Prints what the customer's link shows, once it shows the phase. */
export async function tellStatus(stage: Stage, customer: Customer, phase: string): Promise<void> {
  let view = await stage.look(customer);
  await until(`${customer.name}'s link shows ${phase}`, async () => {
    view = await stage.look(customer);
    return view['phase'] === phase;
  });
  const steps = view['steps'] as readonly { name: string; state: string }[];
  const done = steps.filter(({ state }) => state === 'done').map(({ name }) => name);
  stage.narrator.say(
    `${customer.name}'s link shows ${phase} (${done.join(' → ')}): ${view['next']}`,
  );
}

/** Waits until the customer's file on main contains the text. */
export async function committed(
  stage: Stage,
  { path }: Customer,
  text = 'subscription',
): Promise<void> {
  const { repository } = stage.cloud.world;
  await until(`${path} contains ${text}`, async () => {
    const { code, stdout } = await repository.tryGit(['cat-file', 'blob', `main:${path}`]);
    return code === 0 && stdout.toString().includes(text);
  });
}

export const kinds = (changes: readonly { kind: string }[]) =>
  changes.map(({ kind }) => kind).sort();
export const indented = (line: string) => `    ${line}`;
/** Two minutes: a real machine boots meanwhile. */
const looksMax = 2400;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < looksMax; looks += 1) {
    if (await holds()) return;
    await pause(50);
  }
  throw new Error(`timed out before ${what}`);
}
