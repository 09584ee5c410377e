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
 * | retired         | grace over, anything of it left                         | retire      |
 * | retired         | grace over, nothing left                                | settle      |
 * | not retired     | our nonce, never ran; failed early, for good, too often | rollback    |
 * | should run      | its revision is higher                                  | replace     |
 * | should run      | our nonce, never ran; failed late, attempts left        | resume      |
 * | should run      | one server with all our labels, none recorded           | adopt       |
 * | should run      | nothing; attempts left and due / spent                  | create / give up |
 * | should not run  | server on, half-made ones too                           | power off   |
 * | not retired     | another plan than the recorded one                      | resize      |
 * | should run      | server off                                              | power on    |
 * | not retired     | labels, protection, device, state, bootstrap door       | repair      |
 * | should run      | other configuration or role version                     | configure   |
 * | any             | nothing to do, but something a person should know       | idle        |
 */
import { openBreakers } from './attempt.ts';
import {
  adoptRow,
  createRow,
  graceEnd,
  replaceRow,
  resumeRow,
  retireRow,
  rollbackRow,
} from './existence.ts';
import { impossible } from './failure.ts';
import {
  type Change,
  type Decision,
  hasLiveClaim,
  type Idle,
  idle,
  type Row,
  type Settled,
  type Situation,
  situationOf,
} from './situation.ts';
import {
  configureRow,
  powerOffRow,
  powerOnRow,
  repairRow,
  resizeRow,
  unsettledRow,
} from './upkeep.ts';
import { type AgentView, agentViews, compareText, type World } from './world.ts';

export type Diff = {
  readonly changes: readonly Change[];
  readonly idle: readonly Idle[];
  readonly settled: readonly Settled[];
};

export function diff(world: World): Diff {
  const breakers = openBreakers(world.records, world.policy, world.nowMs);
  const decisions = [
    ...world.files.filter((file) => file.kind === 'invalid').map(invalidFile),
    ...agentViews(world).map((view) => decide(view, world, breakers)),
  ].filter((decision) => decision !== null);
  const changes = decisions.flatMap((decision) =>
    decision.kind === 'change' ? [decision.change] : [],
  );
  const idles = decisions.flatMap((decision) => (decision.kind === 'idle' ? [decision.idle] : []));
  const settled = decisions.flatMap((decision) =>
    decision.kind === 'settled' ? [decision.settled] : [],
  );
  return {
    changes: changes.sort((a, b) => compareText(a.agent, b.agent)),
    idle: idles.sort((a, b) => compareText(a.agent, b.agent) || compareText(a.path, b.path)),
    settled: settled.sort((a, b) => compareText(a.agent, b.agent)),
  };
}

const rows: readonly Row[] = [
  retireRow,
  rollbackRow,
  replaceRow,
  resumeRow,
  adoptRow,
  createRow,
  powerOffRow,
  unsettledRow,
  resizeRow,
  powerOnRow,
  repairRow,
  configureRow,
  worthSaying,
];

function decide(
  view: AgentView,
  world: World,
  breakers: ReturnType<typeof openBreakers>,
): Decision | null {
  const situation = situationOf(view, world, breakers);
  if (hasLiveClaim(view, world)) {
    return idle(situation, 'Busy', `run ${view.record?.claim?.run} is at it`);
  }
  for (const row of rows) {
    const decision = row(situation);
    if (decision !== null) return permitted(situation, decision);
  }
  return heldAnyway(situation);
}

/** What a stop, a pause, a hold or a partial reading forbids becomes a word on why. */
function permitted(situation: Situation, decision: Decision): Decision {
  if (decision.kind === 'idle') return heldAnyway(situation) ?? decision;
  const { world } = situation;
  const what = decision.kind === 'settled' ? 'settle' : decision.change.kind;
  if (world.stop !== null) return idle(situation, 'Stopped', `${what} waits: ${world.stop}`);
  const pause = world.policy.pause;
  if (pause !== undefined) return idle(situation, 'Paused', `${what} waits: ${pause.reason}`);
  const held = heldBack(situation, decision);
  if (held !== null) return held;
  if (!situation.complete && needsWholeReading(decision)) {
    return idle(situation, 'PartialReading', `${what} waits for a complete reading`);
  }
  return decision;
}

function heldBack(situation: Situation, decision: Decision): Decision | null {
  const { heldUntilMs, view } = situation;
  if (heldUntilMs === null) return null;
  const reason = view.agent.spec.hold?.reason ?? '';
  if (decision.kind === 'change') {
    const { change } = decision;
    const cutsOff =
      change.kind === 'power' && change.to === 'off' && view.agent.spec.access.state !== 'granted';
    if (cutsOff) return null;
    if (change.kind === 'retire') {
      return idle(
        situation,
        'HoldBlocksRetirement',
        `a hold keeps it from being retired: ${reason}`,
        heldUntilMs,
      );
    }
  }
  return idle(situation, 'Held', `hands off: ${reason}`, heldUntilMs);
}

function heldAnyway(situation: Situation): Decision | null {
  const { heldUntilMs, view } = situation;
  if (heldUntilMs === null) return null;
  return idle(situation, 'Held', `hands off: ${view.agent.spec.hold?.reason ?? ''}`, heldUntilMs);
}

/**
 * In a partial reading what was not seen is unknown: nothing is made or destroyed, and nothing is
 * given up. What works on a server that was seen goes on, after a look at it by its id.
 */
function needsWholeReading(decision: Decision): boolean {
  if (decision.kind !== 'change') return true;
  switch (decision.change.kind) {
    case 'create':
    case 'rollback':
    case 'replace':
    case 'adopt':
    case 'retire':
    case 'giveUp':
    case 'destroyOrphan':
      return true;
    case 'resume':
    case 'power':
    case 'resize':
    case 'repair':
    case 'configure':
      return false;
    default:
      return impossible(decision.change);
  }
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
      : `${first.path}:${first.line}:${first.column} ${first.field}: ${first.message}${more > 0 ? ` (and ${more} more)` : ''}`;
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
