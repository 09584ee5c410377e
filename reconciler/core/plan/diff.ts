/**
 * Decides, for every agent, what one tick does about it: at most one change, or a word on why
 * nothing is done, or nothing to say. Pure: the same world in any order gives the same decisions.
 *
 * The first row that applies decides. Before any row: an invalid file, another run's live claim.
 * After it: what a stop, a pause, a hold or a partial reading forbids becomes a word instead.
 *
 * | file            | recorded and observed                                   | row         |
 * |-----------------|---------------------------------------------------------|-------------|
 * | invalid         | anything                                                | idle        |
 * | any             | another run's live claim                                | idle: Busy  |
 * | any             | one server with all our labels, none recorded           | adopt       |
 * | any             | servers with its label, none known to be its own        | idle        |
 * | retired         | grace over, anything of it left                         | retire      |
 * | retired         | grace over, nothing left                                | settle      |
 * | not retired     | our nonce, never ran; spoiled by its own cause, for good, too often | rollback |
 * | should run      | its revision is higher, and a create could follow       | replace     |
 * | should run      | the same, port 22 open, and the next try is not due     | repair: close it |
 * | should run      | our nonce, never verified; anything else                | resume      |
 * | should run      | nothing; attempts left and due / spent                  | create / give up |
 * | should not run  | server on, half-made ones too                           | power off   |
 * | not retired     | another plan or server type than the recorded one       | resize      |
 * | should run      | server off                                              | power on    |
 * | not retired     | labels, name, firewall, protection, device, state, door, lock | repair |
 * | should run      | other configuration or role version                     | configure   |
 * | any             | nothing to do, but the record has a dead claim, other power | repair     |
 * | any             | nothing to do, but something a person should know       | idle        |
 */
import { problemText } from '../agent/document.ts';
import { type Breaker, openBreakers } from '../fleet/attempt.ts';
import { isChangeThat } from '../fleet/change-kinds.ts';
import { runOf, runText } from '../fleet/run.ts';
import {
  type Change,
  type Decision,
  hasLiveClaim,
  type Idle,
  idle,
  type Row,
  type Settled,
  type Shared,
  type Situation,
  situationOf,
} from '../fleet/situation.ts';
import {
  type AgentView,
  compareText,
  eachView,
  lookedAt,
  type World,
  withAddresses,
} from '../fleet/world.ts';
import { attentionRows } from './attention.ts';
import { rejoinable } from './degraded.ts';
import {
  adoptRow,
  createRow,
  graceEnd,
  replaceRow,
  resumeRow,
  retireRow,
  rollbackRow,
} from './existence.ts';
import { closeRow, closingAlone } from './open-door.ts';
import { dueWith, heldAnyway, permitted, waitsAfterFailure } from './restraint.ts';
import {
  configureRow,
  powerOffRow,
  powerOnRow,
  recordRow,
  repairRow,
  resizeRow,
  unsettledRow,
} from './upkeep.ts';

export type Diff = {
  readonly changes: readonly Change[];
  readonly idle: readonly Idle[];
  readonly settled: readonly Settled[];
  /** agents whose decision depends on prices or addresses that were not read */
  readonly unread: readonly AgentView[];
};

export function diff(
  world: World,
  breakers: readonly Breaker[] = openBreakers(world.records, world.policy, world.nowMs),
): Diff {
  const collected = collect(world);
  const isMeant = lookedAt(world);
  for (const file of world.files) {
    const decision = file.kind === 'invalid' && isMeant(file.id) ? invalidFile(file) : null;
    if (decision?.kind === 'idle') collected.idle.push(decision.idle);
  }
  const shared = { breakers, rejoins: rejoinable(world) };
  eachView(world, (view) => collected.take(view, decide(view, world, shared)));
  return sorted(collected);
}

/**
 * What depended on prices and addresses, decided in a world that is the same and has them; whatever
 * did not depend on them stands.
 */
export function diffAgain(world: World, before: Diff, breakers: readonly Breaker[]): Diff {
  const collected = collect(world, before);
  const shared = { breakers, rejoins: rejoinable(world) };
  for (const view of before.unread) {
    const seen = withAddresses(view, world);
    collected.take(seen, decide(seen, world, shared));
  }
  return sorted(collected);
}

type Collected = { [Name in keyof Diff]: Diff[Name][number][] } & {
  take(view: AgentView, decision: Decision | null): void;
};

function collect({ observed }: World, before?: Diff): Collected {
  return {
    changes: [...(before?.changes ?? [])],
    idle: [...(before?.idle ?? [])],
    settled: [...(before?.settled ?? [])],
    unread: [],
    take(view, decision) {
      if (decision === null) return;
      if (decision.kind === 'change') this.changes.push(decision.change);
      else if (decision.kind === 'idle') this.idle.push(decision.idle);
      else if (decision.kind === 'unread') this.unread.push(view);
      // Whoever looks at a few agents alone ends none: that is for a listing of everything.
      else if (observed.reading.kind !== 'named') this.settled.push(decision.settled);
    },
  };
}

function sorted({ changes, idle, settled, unread }: Collected): Diff {
  return {
    changes: changes.sort((a, b) => compareText(a.agent, b.agent)),
    idle: idle.sort((a, b) => compareText(a.agent, b.agent) || compareText(a.path, b.path)),
    settled: settled.sort((a, b) => compareText(a.agent, b.agent)),
    unread: unread.sort((a, b) => compareText(a.id, b.id)),
  };
}

const rows: readonly Row[] = [
  adoptRow,
  retireRow,
  rollbackRow,
  replaceRow,
  closeRow,
  resumeRow,
  createRow,
  powerOffRow,
  unsettledRow,
  resizeRow,
  powerOnRow,
  repairRow,
  configureRow,
  recordRow,
  worthSaying,
  ...attentionRows,
];

function decide(view: AgentView, world: World, shared: Shared): Decision | null {
  const situation = situationOf(view, world, shared);
  const claim = view.record?.claim;
  if (claim !== undefined && hasLiveClaim(view, world)) {
    return idle(situation, 'Busy', `run ${runText(runOf(claim))} is at it`);
  }
  let waiting: Decision | null = null;
  for (const row of rows) {
    const decision = row(situation);
    if (decision === null) continue;
    const waits = isImpossible(decision) ? decision : waitsAfterFailure(situation, decision);
    const closed = waits === null ? null : closingAlone(decision);
    if (closed !== null) return permitted(situation, closed);
    if (waits !== null) waiting = waiting === null ? waits : dueWith(waiting, waits);
    else if (decision.kind === 'change' || waiting === null) return permitted(situation, decision);
    else if (isUnreachable(decision)) return permitted(situation, dueWith(decision, waiting));
    // What keeps a server up to date does not hold up the rest; its beginning and end do.
    if (!isUpkeep(decision)) break;
  }
  return waiting === null ? heldAnyway(situation) : permitted(situation, waiting);
}

function isImpossible(decision: Decision): boolean {
  return decision.kind === 'idle' && decision.idle.reason === 'ResizeImpossible';
}

/** That nothing can be configured is said before that a size cannot be had. */
function isUnreachable(decision: Decision): boolean {
  return decision.kind === 'idle' && decision.idle.reason === 'HostKeyUnknown';
}

function isUpkeep(decision: Decision): boolean {
  if (decision.kind !== 'change') return isImpossible(decision);
  return isChangeThat(decision.change, 'keepsUp');
}

/** Nothing to do, but something that a person should know. */
function worthSaying(situation: Situation): Decision | null {
  const { view } = situation;
  const { access, retired, revision } = view.agent.spec;
  const chosen = view.record?.chosen;
  if (retired !== undefined) {
    return idle(
      situation,
      'GraceRunning',
      `retired by ${retired.by}; nothing is destroyed before the grace is over`,
      graceEnd(situation),
    );
  }
  if (access.state === 'ended') {
    return idle(situation, 'EndedNotRetired', 'access has ended and the file carries no tombstone');
  }
  const { wanted, server } = situation;
  if (wanted && server !== null && view.record?.hostKey === undefined) {
    return idle(
      situation,
      'HostKeyUnknown',
      'the host key of its server is not recorded, so nothing can be configured on it; a higher revision makes a new one',
    );
  }
  if (chosen !== undefined && situation.server !== null && revision < chosen.revision) {
    return idle(
      situation,
      'RevisionBehind',
      `revision ${revision} is asked for, ${chosen.revision} runs; going back destroys nothing`,
    );
  }
  return null;
}

function invalidFile(file: World['files'][number]): Decision | null {
  if (file.kind !== 'invalid') return null;
  const [first] = file.problems;
  const more = file.problems.length - 1;
  const message =
    first === undefined
      ? 'the file is invalid'
      : `${problemText(first)}${more > 0 ? ` (and ${more} more)` : ''}`;
  return {
    kind: 'idle',
    idle: {
      agent: file.id ?? file.path,
      path: file.path,
      file: file.oid,
      reason: 'Invalid',
      message,
    },
  };
}
