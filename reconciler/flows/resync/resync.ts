/**
 * Reads all subscriptions and all files, and applies the same `desire` as events do. The listing
 * only names candidates: a change is fetched and decided again on the tip that it is pushed to. A
 * file whose subscription is not listed is looked up: absence never ends an agent.
 *
 * Both are read from the newest to the oldest, in parts, so that an interrupted run continues after
 * its last finished subscription.
 */
import { type AgentId, agentIdOf, agentPath } from '../../core/agent/agent.ts';
import { agentExample, parseAgentFile } from '../../core/agent/agent-file.ts';
import { explainProblems } from '../../core/agent/document.ts';
import type { BilledSubscription } from '../../core/billing/billing.ts';
import { asFailure, Failure } from '../../core/failure.ts';
import { tipOf } from '../../ports/tip.ts';
import { createTipReader } from '../shared/subscription-file.ts';
import { createAccountProof } from './account-proof.ts';
import { type DatedFile, readFilesNewestFirst } from './files-newest-first.ts';
import type { FoundChange, ResyncPorts } from './find-change.ts';
import { createResyncTally, type ResyncReport, tellResync } from './report.ts';
import {
  confirmAll,
  findOne,
  follow,
  partMax,
  type ResyncOptions,
  type Run,
} from './write-changes.ts';

export type { ResyncOptions, ResyncReport };

/** After each part; a page of Stripe's is two parts. */
const partPauseMs = 50;

export async function resync(
  ports: ResyncPorts,
  options: ResyncOptions = {},
): Promise<ResyncReport> {
  const { dryRun = false, after = null } = options;
  const readTip = createTipReader(ports);
  const tally = createResyncTally();
  const run: Run = {
    ports,
    options,
    tally,
    // A continued run has finished that one.
    listed: new Set(after === null ? [] : [agentIdOf(after)]),
    readTip,
    account: createAccountProof(ports),
    unconfirmed: new Set(),
    tip: await readTip(await tipOf(ports, 'main')),
  };
  let done = after;
  try {
    const complete = await throughListing(run, (cursor) => {
      done = cursor;
      options.onProgress?.(cursor, tally.seen);
    });
    await confirmAll(run);
    const cursor = complete ? null : done;
    return tellResync(ports.log, tally.report({ dryRun, complete, cursor, stopped: null }));
  } catch (thrown) {
    const { reason, message, errorClass } = asFailure(thrown);
    // A wrong account ends the resync at once; finished parts stay written.
    if (reason === 'MisconfiguredAccount' || errorClass === 'bug') throw thrown;
    const stopped = { reason, message };
    return tellResync(ports.log, tally.report({ dryRun, complete: false, cursor: done, stopped }));
  }
}

/** In parts, each with the files of its time span. Resolves to whether it reached the end. */
async function throughListing(run: Run, done: (cursor: string) => void): Promise<boolean> {
  const { ports, options, tally } = run;
  const { after, max = Number.POSITIVE_INFINITY } = options;
  const files = await readFilesNewestFirst(run.tip.snapshot, await createdOf(run, after));
  let part: BilledSubscription[] = [];
  const finish = async () => {
    const last = part.at(-1);
    if (last === undefined) return;
    await handlePart(run, part);
    part = [];
    await askForUnlisted(run, files.newerThan(last.created * 1000));
    done(last.id);
    await ports.clock.wait(partPauseMs);
  };
  for await (const subscription of ports.billing.allSubscriptions(after)) {
    if (tally.seen >= max) {
      await finish();
      return false;
    }
    const agent = agentIdOf(subscription.id);
    run.listed.add(agent);
    await run.account.knows(run.tip.snapshot, subscription.id);
    if ('unread' in subscription) {
      tally.failed({ agent, path: agentPath(agent) }, subscription.unread);
      continue;
    }
    tally.saw(subscription, run.tip.catalog);
    part.push(subscription);
    if (part.length >= partMax) await finish();
  }
  await finish();
  if (run.listed.size === 0) refuseEmptiness(files.count);
  await askForUnlisted(run, files.newerThan(Number.NEGATIVE_INFINITY));
  return true;
}

async function createdOf({ ports }: Run, after: string | undefined): Promise<number> {
  if (after === undefined) return Number.POSITIVE_INFINITY;
  const last = await ports.billing.subscription(after);
  if (last !== null) return last.created * 1000;
  throw new Failure('NotFound', `Stripe has no ${after}: the cursor is invalid`);
}

function refuseEmptiness(files: number): void {
  if (files === 0) return;
  const agents = files === 1 ? 'one agent' : `${files} agents`;
  const message = `Stripe lists no subscriptions, but main has ${agents}`;
  throw new Failure('UnexpectedAnswer', message, { errorClass: 'stalled' });
}

/** The listing names candidates: changes are fetched on a fresh tip. */
async function handlePart(run: Run, part: readonly BilledSubscription[]): Promise<void> {
  const changes: FoundChange[] = [];
  for (const subscription of part) {
    const found = await findOne(run, subscription);
    if (found.kind === 'nothing' && found.reason !== 'NotOurs' && found.reason !== 'NoAccess')
      run.tally.leftOut(subscription.id, found.reason);
    if (found.kind === 'change') changes.push(found);
  }
  await follow(run, changes);
}

/** Absence from the listing proves nothing: each unlisted file's subscription is looked up. */
async function askForUnlisted(run: Run, files: readonly DatedFile[]): Promise<void> {
  for (const { id, path, oid, text } of files) {
    if (run.listed.has(id)) continue;
    run.tally.fetched(id);
    const file = parseAgentFile({ path, oid, text });
    if (file.kind === 'invalid') {
      const message = explainProblems(file.problems, agentExample);
      run.tally.failed({ agent: id, path }, new Failure('InvalidInput', message));
    } else await askAlone(run, id, file.agent.spec.subscription);
  }
}

async function askAlone(run: Run, agent: AgentId, subscription: string): Promise<void> {
  const { tally, account } = run;
  const found = await findOne(run, subscription);
  if (found.kind === 'change') await follow(run, [found]);
  if (found.kind !== 'failed') return account.knows(run.tip.snapshot, subscription);
  if (found.failure.reason !== 'NotFound') return;
  tally.knewNothing(agent);
  await account.misses(run.tip.snapshot);
}
