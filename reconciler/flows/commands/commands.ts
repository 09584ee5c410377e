/**
 * Turns commands of the platform and of people into commits on `main`, which change only people's
 * fields of an agent's file. Commands that arrive during a push go together in the next one, each
 * decided on the result of those before it. After a lost race they are decided again; a repeated
 * request is answered with its commit.
 */
import type { AgentId } from '../../core/agent/agent.ts';
import {
  type CommandDecision,
  type Refused,
  refused,
} from '../../core/commands/command-decision.ts';
import type { CommandName } from '../../core/commands/command-request.ts';
import { asFailure, Failure, impossible } from '../../core/failure.ts';
import type { CommitDraft, Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { pushOnTip } from '../../ports/tip.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';
import {
  type CommandAsk,
  type CommandTip,
  commandDraft,
  decideOnTip,
  requestDigest,
  unchangedDraft,
} from './command-commit.ts';
import { type CarriedOut, createRequests, type Requests } from './requests.ts';

export type CommandOutcome = { readonly agent: AgentId; readonly command: CommandName } & (
  | {
      readonly kind: 'committed';
      readonly commit: string;
      /** whether an earlier request with this key wrote the commit */
      readonly repeated: boolean;
      readonly lost: string | null;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'unchanged'; readonly why: string }
  | Refused
);
type CommandPorts = Pick<Ports, 'state' | 'clock' | 'log'>;
export type Commands = {
  /** Resolves once the commit is pushed. A transient Failure means that the caller should retry. */
  carryOut(ask: CommandAsk): Promise<CommandOutcome>;
};
type Waiting = {
  readonly ask: CommandAsk;
  readonly resolve: (outcome: CommandOutcome) => void;
  readonly reject: (failure: Failure) => void;
};
type Context = { readonly ports: CommandPorts; readonly requests: Requests };

const batchMax = 50;

export function createCommands(ports: CommandPorts): Commands {
  const context = { ports, requests: createRequests(ports.state) };
  const queue: Waiting[] = [];
  let writing = false;

  async function writeQueue(): Promise<void> {
    if (writing) return;
    writing = true;
    // Each batch answers at least one.
    while (queue.length > 0) {
      const batch = takeBatch(queue);
      await writeBatch(context, batch).catch((thrown: unknown) => {
        for (const one of batch) one.reject(asFailure(thrown));
      });
    }
    writing = false;
  }

  return {
    carryOut: (ask) =>
      new Promise((resolve, reject) => {
        queue.push({ ask, resolve, reject });
        void writeQueue();
      }),
  };
}

/** One request per key and push: a repeated one is answered by the first one's commit. */
function takeBatch(queue: Waiting[]): readonly Waiting[] {
  const keys = new Set<string>();
  const end = queue.findIndex(({ ask: { request } }, place) => {
    if (place === batchMax || (request !== null && keys.has(request))) return true;
    if (request !== null) keys.add(request);
    return false;
  });
  return queue.splice(0, end < 0 ? queue.length : end);
}

/** Answers each, or throws. */
async function writeBatch(context: Context, batch: readonly Waiting[]): Promise<void> {
  const { ports } = context;
  try {
    const { decided, commits } = await pushOnTip(ports, 'main', async (main) => {
      const decided = await decideAll(context, main, batch);
      return { decided, drafts: decided.flatMap(({ draft }) => draft ?? []) };
    });
    const left = [...commits];
    for (const { waiting, decision, draft } of decided) {
      const commit = draft === null ? undefined : left.shift();
      if (decision instanceof Failure) {
        waiting.reject(decision);
        continue;
      }
      const { agent, command, request } = waiting.ask;
      const outcome = { agent, command: command.command, ...outcomeOf(decision, commit) };
      ports.log.info(
        { agent, command: command.command, kind: outcome.kind, commit, request },
        'command answered',
      );
      waiting.resolve(outcome);
    }
  } catch (thrown) {
    const { reason, message } = asFailure(thrown);
    const agents = batch.map(({ ask }) => ask.agent);
    ports.log.warn({ agents, reason, message }, 'commands failed');
    throw thrown;
  }
}

type Decision = CommandDecision | { readonly kind: 'repeated'; readonly commit: string };
type Decided = {
  readonly decision: Decision | Failure;
  /** the commit of the command, or of its key alone */
  readonly draft: CommitDraft | null;
};

/** In order. A failure affects only its own command. */
async function decideAll(
  context: Context,
  main: Snapshot,
  batch: readonly Waiting[],
): Promise<readonly (Decided & { readonly waiting: Waiting })[]> {
  const nowMs = context.ports.clock.now();
  const tip = { main, ...(await readCatalogAndPolicy(main)), nowMs };
  const written = new Map<AgentId, string>();
  const all = [];
  for (const waiting of batch) {
    const { agent } = waiting.ask;
    const decided = await decide(context, tip, waiting.ask, written.get(agent)).catch(
      (thrown: unknown) => ({ decision: asFailure(thrown), draft: null }),
    );
    const text = decided.draft?.edits[0]?.text ?? null;
    if (text !== null) written.set(agent, text);
    all.push({ waiting, ...decided });
  }
  return all;
}

async function decide(
  { ports, requests }: Context,
  tip: CommandTip,
  ask: CommandAsk,
  written: string | undefined,
): Promise<Decided> {
  const earlier = ask.request === null ? null : await requests.find(ask.request);
  if (earlier !== null) return { decision: again(earlier, ask), draft: null };
  const decision = await decideOnTip(ports.state, tip, ask, written);
  if (decision.kind === 'write') return { decision, draft: commandDraft(ask, decision) };
  // Its key is recorded: carried out later, after another command, it could change something.
  const remembered = decision.kind === 'unchanged' && ask.request !== null;
  return { decision, draft: remembered ? unchangedDraft(ask, decision.why) : null };
}

function again({ commit, digest, paths }: CarriedOut, ask: CommandAsk): Decision {
  if (digest !== requestDigest(ask))
    return refused('RequestReused', 'this key was used for another command; take a new one');
  if (paths.length > 0) return { kind: 'repeated', commit };
  return { kind: 'unchanged', why: 'nothing had to change when this was first requested' };
}

/** @param pushed the commit of this command in the accepted push, if any */
function outcomeOf(decision: Decision, pushed: string | undefined) {
  switch (decision.kind) {
    case 'write': {
      if (pushed === undefined) throw new Failure('Bug', 'a push did not name its commit');
      const { lost, notes } = decision;
      return { kind: 'committed', commit: pushed, repeated: false, lost, notes } as const;
    }
    case 'repeated': {
      const { commit } = decision;
      return { kind: 'committed', commit, repeated: true, lost: null, notes: [] } as const;
    }
    case 'unchanged':
    case 'refused':
      return decision;
    default:
      return impossible(decision);
  }
}
