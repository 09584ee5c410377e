/**
 * Commands decided together on one tip: each on what those before it make of the file. A request that
 * was carried out already is told by its key, and by the digest of what it asked for.
 */

import { type AgentId, agentPath } from '../../core/agent/agent.ts';
import type { CommandName } from '../../core/commands/command-request.ts';
import { type Refused, refused } from '../../core/commands/wish.ts';
import { asFailure, Failure } from '../../core/failure.ts';
import type { CommitDraft, DesiredState } from '../../ports/desired-state.ts';
import {
  type CommandAsk,
  type CommandTip,
  commandDraft,
  decideOnTip,
  requestDigest,
  unchangedDraft,
} from './command-tip.ts';
import type { CarriedOut, Requests } from './requests.ts';

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
export type WaitingCommand = {
  readonly ask: CommandAsk;
  readonly deadlineMs: number;
  readonly resolve: (outcome: CommandOutcome) => void;
  readonly reject: (failure: Failure) => void;
};
export type Judging = {
  readonly state: Pick<DesiredState, 'fetch'>;
  readonly requests: Requests;
};
export type Judged = {
  readonly waiting: WaitingCommand;
  /** the commit that answers it, its own or that of the same request; null where none is needed */
  readonly draft: CommitDraft | null;
  /** whether it was decided on what an earlier one of the same push makes of the file */
  readonly onAnother: boolean;
  readonly outcome: (commit: string | null) => CommandOutcome;
};

/** Where the push is lost these have no answer: the text that they were decided on never landed. */
export function isOfThePush({ draft, onAnother }: Judged): boolean {
  return draft !== null || onAnother;
}

/** In their order: each is decided on what those before it make of the file. */
export async function judgeAll(
  judging: Judging,
  tip: CommandTip,
  batch: readonly WaitingCommand[],
): Promise<readonly Judged[]> {
  const written = new Map<string, string>();
  const asked = new Map<string, Judged>();
  const judged: Judged[] = [];
  for (const waiting of batch) {
    const { request, agent } = waiting.ask;
    const twin = request === null ? undefined : asked.get(request);
    try {
      if (twin !== undefined) {
        judged.push(sameAs(twin, waiting));
        continue;
      }
      const one = await judge(judging, tip, { waiting, written });
      judged.push(one);
      if (one.draft === null) continue;
      const text = one.draft.edits[0]?.text ?? null;
      if (text !== null) written.set(agent, text);
      if (request !== null) asked.set(request, one);
    } catch (thrown) {
      waiting.reject(asFailure(thrown));
    }
  }
  return judged;
}

async function judge(
  { state, requests }: Judging,
  tip: CommandTip,
  { waiting, written }: { waiting: WaitingCommand; written: ReadonlyMap<string, string> },
): Promise<Judged> {
  const { ask } = waiting;
  const of = ofAsk(ask);
  const earlier = ask.request === null ? null : await requests.find(ask.request);
  if (earlier !== null) {
    const outcome = { ...of, ...(isSame(earlier, ask) ? again(earlier) : reused()) };
    return { waiting, draft: null, onAnother: false, outcome: () => outcome };
  }
  const decision = await decideOnTip(state, tip, ask, written.get(ask.agent));
  const onAnother = written.has(ask.agent);
  if (decision.kind === 'write') {
    const { lost, notes } = decision;
    const draft = commandDraft(ask, decision);
    const outcome = (commit: string | null) => ({ ...of, ...committed(commit), lost, notes });
    return { waiting, draft, onAnother, outcome };
  }
  // Carried out late, after another command, it would change something.
  const remembered = decision.kind === 'unchanged' && ask.request !== null;
  const draft = remembered ? unchangedDraft(ask, decision.why) : null;
  return { waiting, draft, onAnother, outcome: () => ({ ...of, ...decision }) };
}

/** Commits of earlier versions carry no digest: their command and agent have to do. */
function isSame({ digest, cause, paths }: CarriedOut, ask: CommandAsk): boolean {
  if (digest !== null) return digest === requestDigest(ask);
  return cause === ask.command.command && paths.includes(agentPath(ask.agent));
}

function again({ commit, paths }: CarriedOut) {
  if (paths.length > 0) return repeated(commit);
  return { kind: 'unchanged', why: 'it was so already when this was first asked for' } as const;
}

/** The same request twice in one push: one commit answers both. */
function sameAs({ waiting: { ask: first }, draft, outcome }: Judged, waiting: WaitingCommand) {
  const of = ofAsk(waiting.ask);
  if (requestDigest(first) !== requestDigest(waiting.ask))
    return { waiting, draft: null, onAnother: true, outcome: () => ({ ...of, ...reused() }) };
  return {
    waiting,
    draft,
    onAnother: true,
    outcome: (commit: string | null) => {
      const done = outcome(commit);
      return done.kind === 'committed' ? { ...of, ...repeated(done.commit) } : done;
    },
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
