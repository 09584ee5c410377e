/**
 * All subscriptions and all files, by the same `desire` that events lead to. The listing only names
 * what to fetch: what it would change is fetched and decided once more, on the tip that it is written
 * on. A file whose subscription was not listed is asked about by itself, for absence never ends an
 * agent.
 *
 * Both are gone through from the newest to the oldest, part by part, so that a run can be cut short
 * anywhere and goes on after the last subscription that it was done with.
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

/** After each part; one of Stripe's pages is two of them. */
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
    // What goes on after one is done with that one.
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
    // What says that this is the wrong place to be is said at once; what was done stays done.
    if (reason === 'MisconfiguredAccount' || errorClass === 'bug') throw thrown;
    const stopped = { reason, message };
    return tellResync(ports.log, tally.report({ dryRun, complete: false, cursor: done, stopped }));
  }
}

/** Part by part, each with the files of its span of time. Resolves with whether it is at the end. */
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
  throw new Failure('NotFound', `Stripe does not know ${after}: there is no such cursor`);
}

function refuseEmptiness(files: number): void {
  if (files === 0) return;
  const agents = files === 1 ? 'one agent' : `${files} agents`;
  const message = `Stripe lists no subscription at all, and main has ${agents}`;
  throw new Failure('UnexpectedAnswer', message, { errorClass: 'stalled' });
}

/** The listing only says whom to look at: what would change is fetched on a fresh tip. */
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

/** Absence from the listing means nothing: what has a file and is not in it, is asked about. */
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
