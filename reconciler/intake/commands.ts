/**
 * Commands of the platform and of people become commits on `main`: they change what people own of an
 * agent's file, and do nothing else. Those that come while one push is under way go together in the
 * next. A lost race is decided again on the new tip; a request that was carried out already is
 * answered with its commit.
 */

import type { CommandName } from '../core/commands/command-request.ts';
import { type Refused, refused } from '../core/commands/wish.ts';
import { type AgentId, agentPath } from '../core/desired/agent.ts';
import { asFailure, Failure } from '../core/failure.ts';
import type { CommitDraft, Ports } from '../ports.ts';
import { readCatalogAndPolicy } from '../read-catalog.ts';
import { type CommandAsk, type CommandTip, commandDraft, decideOnTip } from './command-tip.ts';
import { createRequests, type Requests } from './requests.ts';

export type CommandPorts = Pick<Ports, 'state' | 'clock' | 'log'>;
export type CommandOutcome = {
  readonly agent: AgentId;
  readonly command: CommandName;
} & (
  | {
      readonly kind: 'committed';
      readonly commit: string;
      /** whether an earlier request with this key made it */
      readonly repeated: boolean;
      readonly lost: string | null;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'unchanged'; readonly why: string }
  | Refused
);
export type Commands = {
  /** Resolves once the commit is on the server. A transient Failure means: ask again. */
  carryOut(ask: CommandAsk): Promise<CommandOutcome>;
};
export type CommandOptions = {
  /** how long lost pushes are decided again */
  readonly deadlineMs?: number;
};

const deadlineMsDefault = 20_000;
const batchMax = 50;
const triesMax = 100;
const pauseMs = { first: 50, longest: 1000 };

type Waiting = {
  readonly ask: CommandAsk;
  readonly deadlineMs: number;
  readonly resolve: (outcome: CommandOutcome) => void;
  readonly reject: (failure: Failure) => void;
};
type Context = { readonly ports: CommandPorts; readonly requests: Requests };

export function createCommands(ports: CommandPorts, options: CommandOptions = {}): Commands {
  const { deadlineMs = deadlineMsDefault } = options;
  const context: Context = { ports, requests: createRequests(ports.state) };
  const queue: Waiting[] = [];
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
async function writeBatch(context: Context, batch: readonly Waiting[]): Promise<void> {
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
async function writeOnce(context: Context, batch: readonly Waiting[]): Promise<readonly Waiting[]> {
  const { ports } = context;
  const tip = await readTip(ports);
  const judged = await judgeAll(context, tip, batch);
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

type Judged = {
  readonly waiting: Waiting;
  /** the commit that answers it, its own or that of the same request; null where none is needed */
  readonly draft: CommitDraft | null;
  /** whether it was decided on what an earlier one of the same push makes of the file */
  readonly onAnother: boolean;
  readonly outcome: (commit: string | null) => CommandOutcome;
};

/** Where the push is lost these have no answer: the text that they were decided on never landed. */
function isOfThePush({ draft, onAnother }: Judged): boolean {
  return draft !== null || onAnother;
}

/** In their order: each is decided on what those before it make of the file. */
async function judgeAll(
  context: Context,
  tip: CommandTip,
  batch: readonly Waiting[],
): Promise<readonly Judged[]> {
  const written = new Map<string, string>();
  const asked = new Map<string, Judged>();
  const judged: Judged[] = [];
  for (const waiting of batch) {
    const { request, agent } = waiting.ask;
    const twin = asked.get(request ?? '');
    try {
      const one = twin === undefined ? await judge(context, tip, { waiting, written }) : null;
      judged.push(one ?? sameAs(twin as Judged, waiting));
      const text = one?.draft?.edits[0]?.text ?? null;
      if (one === null || text === null) continue;
      written.set(agent, text);
      if (request !== null) asked.set(request, one);
    } catch (thrown) {
      waiting.reject(asFailure(thrown));
    }
  }
  return judged;
}

async function judge(
  { ports, requests }: Context,
  tip: CommandTip,
  { waiting, written }: { waiting: Waiting; written: ReadonlyMap<string, string> },
): Promise<Judged> {
  const { ask } = waiting;
  const of = ofAsk(ask);
  const earlier = ask.request === null ? null : await requests.find(ask.request);
  if (earlier !== null) {
    const same = earlier.cause === of.command && earlier.paths.includes(agentPath(of.agent));
    const outcome = { ...of, ...(same ? repeated(earlier.commit) : reused()) };
    return { waiting, draft: null, onAnother: false, outcome: () => outcome };
  }
  const decision = await decideOnTip(ports.state, tip, ask, written.get(ask.agent));
  const onAnother = written.has(ask.agent);
  if (decision.kind !== 'write')
    return { waiting, draft: null, onAnother, outcome: () => ({ ...of, ...decision }) };
  const { lost, notes } = decision;
  return {
    waiting,
    draft: commandDraft(ask, decision),
    onAnother,
    outcome: (commit) => ({ ...of, ...committed(commit), lost, notes }),
  };
}

/** The same request twice in one push: one commit answers both. */
function sameAs({ waiting: { ask: first }, draft }: Judged, waiting: Waiting): Judged {
  const of = ofAsk(waiting.ask);
  if (first.agent !== of.agent || first.command.command !== of.command)
    return { waiting, draft: null, onAnother: true, outcome: () => ({ ...of, ...reused() }) };
  return {
    waiting,
    draft,
    onAnother: true,
    outcome: (commit) => ({ ...of, ...repeated(committed(commit).commit) }),
  };
}

function ofAsk({ agent, command }: CommandAsk) {
  return { agent, command: command.command };
}

function committed(commit: string | null) {
  if (commit === null) throw new Failure('Bug', 'a push did not name its commit');
  return { kind: 'committed', commit, repeated: false } as const;
}

function repeated(commit: string) {
  return { kind: 'committed', commit, repeated: true, lost: null, notes: [] } as const;
}

function reused(): Refused {
  return refused('RequestReused', 'this key was used for another command; take a new one');
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
