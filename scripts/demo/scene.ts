/** Shared steps of the chapters: a run with expected changes, and waiting for a condition. */
import assert from 'node:assert/strict';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { changeLine, reportText } from '../../reconciler/core/status/report.ts';
import type { Customer, Ran, Stage } from './stage.ts';

export const minute = 60;
export const hour = 3600;

/** The runs since the last chapter, whose changes are exactly these. */
export async function reconcileExpecting(
  stage: Stage,
  expected: readonly string[],
): Promise<readonly Ran[]> {
  const done = await stage.reconcile();
  const changes = changesOf(done);
  const plans = done.map(({ plan }) => reportText(plan)).join('\n');
  assert.deepEqual(kinds(changes), expected, plans);
  for (const change of changes) stage.narrator.say(`Run: ${changeLine(change)}`);
  tellMails(stage);
  return done;
}

const mailsShown = new WeakMap<Stage, number>();

/** The mails that Resend got since the last call. */
export function tellMails(stage: Stage): void {
  const mails = stage.cloud.world.mail.mails();
  for (const { to, text } of mails.slice(mailsShown.get(stage) ?? 0))
    stage.narrator.say(`Mail to ${to.join(', ')}: ${text?.split('\n', 1)[0]}`);
  mailsShown.set(stage, mails.length);
}

/** Each change once: two runs that overlap plan the same, and the lease lets one of them begin. */
export function changesOf(runs: readonly Ran[]): Plan['changes'] {
  const all = runs.flatMap(({ plan }) => plan.changes);
  return [...new Map(all.map((change) => [`${change.agent} ${change.kind}`, change])).values()];
}

/** The text of a file on main; null where it is gone. */
export async function fileOnMain({ cloud }: Stage, path: string): Promise<string | null> {
  const { code, stdout } = await cloud.world.repository.tryGit([
    'cat-file',
    'blob',
    `main:${path}`,
  ]);
  return code === 0 ? stdout.toString() : null;
}

/** Prints what the customer's link shows, once it shows the phase. */
export async function tellStatus(stage: Stage, customer: Customer, phase: string): Promise<void> {
  let view = await stage.look(customer);
  const shows = async () => {
    view = await stage.look(customer);
    return view['phase'] === phase;
  };
  const instead = () => `${view['phase']}: ${view['next']}`;
  await until(`${customer.name}'s link shows ${phase}`, shows, instead);
  const steps = view['steps'] as readonly { name: string; state: string }[];
  const done = steps.filter(({ state }) => state === 'done').map(({ name }) => name);
  stage.narrator.say(
    `${customer.name}'s link shows ${phase} (${done.join(' → ')}): ${view['next']}`,
  );
}

/** Prints whether the agent is healthy by the heartbeats of its host, once it is so. */
export async function tellHealth(
  stage: Stage,
  customer: Customer,
  state: 'healthy' | 'unhealthy',
): Promise<void> {
  let view = await stage.look(customer);
  const health = () => view['health'] as { state: string; lastHeartbeat: string } | null;
  await until(`${customer.name}'s agent is ${state}`, async () => {
    view = await stage.look(customer);
    return health()?.state === state;
  });
  const { percent } = view['uptime'] as { readonly percent: number | null };
  const uptime = percent === null ? '' : `, uptime ${percent} %`;
  stage.narrator.say(
    `${customer.name}'s agent is ${state}: last heartbeat at ${health()?.lastHeartbeat}${uptime}`,
  );
}

/** Waits until the customer's file on main contains the text. */
export async function committed(
  stage: Stage,
  { path }: Customer,
  text = 'subscription',
): Promise<void> {
  await until(`${path} contains ${text}`, async () => {
    return (await fileOnMain(stage, path))?.includes(text) === true;
  });
}

export const kinds = (changes: readonly { kind: string }[]) =>
  changes.map(({ kind }) => kind).sort();
export function lastOf(runs: readonly Ran[]): Ran {
  const last = runs.at(-1);
  assert.ok(last !== undefined, 'a run');
  return last;
}
export const indented = (line: string) => `    ${line}`;
/** Two minutes: a real machine boots meanwhile. */
const looksMax = 2400;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** @param instead what was seen in the end, for the error */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  instead?: () => string,
): Promise<void> {
  for (let looks = 0; looks < looksMax; looks += 1) {
    if (await holds()) return;
    await pause(50);
  }
  const last = instead === undefined ? '' : `; it shows ${instead()}`;
  throw new Error(`timed out before ${what}${last}`);
}
