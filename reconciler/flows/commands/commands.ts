/**
 * Commands of the platform and of people become commits on `main`: they change what people own of an
 * agent's file, and do nothing else. Those that come while one push is under way go together in the
 * next. A lost race is decided again on the new tip; a request that was carried out already is
 * answered with its commit.
 */

import { asFailure, Failure } from '../../core/failure.ts';
import type { Ports } from '../../ports/ports.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';
import {
  type CommandOutcome,
  isOfThePush,
  type Judged,
  type Judging,
  judgeAll,
  type WaitingCommand,
} from './command-judging.ts';
import type { CommandAsk, CommandTip } from './command-tip.ts';
import { createRequests } from './requests.ts';

type CommandPorts = Pick<Ports, 'state' | 'clock' | 'log'>;
export type Commands = {
  /** Resolves once the commit is on the server. A transient Failure means: ask again. */
  carryOut(ask: CommandAsk): Promise<CommandOutcome>;
};
type CommandOptions = {
  /** how long lost pushes are decided again */
  readonly deadlineMs?: number;
};

const deadlineMsDefault = 20_000;
const batchMax = 50;
const triesMax = 100;
const pauseMs = { first: 50, longest: 1000 };

type Context = { readonly ports: CommandPorts; readonly judging: Judging };

export function createCommands(ports: CommandPorts, options: CommandOptions = {}): Commands {
  const { deadlineMs = deadlineMsDefault } = options;
  const context = { ports, judging: { state: ports.state, requests: createRequests(ports.state) } };
  const queue: WaitingCommand[] = [];
  let writing = false;

  async function writeQueue(): Promise<void> {
    if (writing) return;
    writing = true;
    // Each turn takes at least one off, and settles it.
    while (queue.length > 0) {
      const batch = queue.splice(0, batchMax);
      await writeBatch(context, batch).catch((thrown: unknown) => {
        for (const one of batch) one.reject(asFailure(thrown));
      });
    }
    writing = false;
  }

  return {
    carryOut: (ask) =>
      new Promise((resolve, reject) => {
        const waiting = { ask, deadlineMs: ports.clock.now() + deadlineMs, resolve, reject };
        queue.push(waiting);
        void writeQueue();
      }),
  };
}

/** Settles every one of them. */
async function writeBatch(context: Context, batch: readonly WaitingCommand[]): Promise<void> {
  const { clock, log } = context.ports;
  let open = batch;
  try {
    for (let tries = 1; tries <= triesMax && open.length > 0; tries += 1) {
      open = await writeOnce(context, open);
      const late = clock.now() + Math.min(pauseMs.first * tries, pauseMs.longest);
      for (const one of open) if (one.deadlineMs < late) one.reject(keptMoving());
      open = open.filter((one) => one.deadlineMs >= late);
      if (open.length > 0) await clock.wait(late - clock.now());
    }
    for (const one of open) one.reject(keptMoving());
  } catch (thrown) {
    const failure = asFailure(thrown);
    const agents = open.map(({ ask }) => ask.agent);
    log.warn({ agents, reason: failure.reason, message: failure.message }, 'commands failed');
    for (const one of open) one.reject(failure);
  }
}

/** Resolves with those whose push was lost to another writer. */
async function writeOnce(
  context: Context,
  batch: readonly WaitingCommand[],
): Promise<readonly WaitingCommand[]> {
  const { ports } = context;
  const tip = await readTip(ports);
  const judged = await judgeAll(context.judging, tip, batch);
  const drafts = [...new Set(judged.flatMap(({ draft }) => draft ?? []))];
  const none = { kind: 'pushed', commits: [] } as const;
  const pushed = drafts.length === 0 ? none : await ports.state.push('main', tip.main, drafts);
  const lost = pushed.kind === 'rejected' ? judged.filter(isOfThePush) : [];
  for (const one of judged) {
    if (lost.includes(one)) continue;
    const place = one.draft === null ? -1 : drafts.indexOf(one.draft);
    answer(ports, one, pushed.kind === 'pushed' ? (pushed.commits[place] ?? null) : null);
  }
  return lost.map(({ waiting }) => waiting);
}

export async function readTip({ state, clock }: CommandPorts): Promise<CommandTip> {
  const main = await state.fetch('main');
  if (main === null) throw new Failure('NotFound', 'the agents repository has no branch main');
  return { main, ...(await readCatalogAndPolicy(main)), nowMs: clock.now() };
}

function answer({ log }: CommandPorts, judged: Judged, commit: string | null): void {
  const { waiting, outcome } = judged;
  const done = outcome(commit);
  const { agent, command, kind } = done;
  log.info({ agent, command, kind, commit, request: waiting.ask.request }, 'command answered');
  waiting.resolve(done);
}

function keptMoving(): Failure {
  return new Failure('PushRejected', 'main kept moving while commands were written');
}
