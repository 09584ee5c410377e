/**
 * The decision table: what one run does about one agent. The result is one change, one reason why
 * nothing is done (`idle`), or nothing. The first row decides whose `when` holds and whose `decide`
 * returns a decision; null passes to the next row.
 *
 * Before the rows: an invalid file (`frozen`), and another run's live lease (`busy`). After them:
 * what a stop, pause, hold or partial reading forbids becomes a reason (core/plan/restraint).
 *
 * A change that failed recently waits for its next attempt, unless its row is `atOnce`. A waiting
 * change that creates or ends a server stops the evaluation. A waiting change of upkeep and an
 * impossible resize do not: the rows below are evaluated, and the first change that need not wait
 * is made. If there is none, the first reason to wait is reported, due at the earliest of their
 * times; of the idle rows below only HostKeyUnknown is reported then.
 */
import { labelNames, serverIsOn } from '../fleet/observed.ts';
import { isOrWasOn } from '../fleet/situation.ts';
import * as attention from './attention.ts';
import * as existence from './existence.ts';
import * as isolation from './isolation.ts';
import type { Row, RowText } from './row.ts';
import * as upkeep from './upkeep.ts';

export const frozen: RowText = { name: 'frozen', file: 'invalid', recordedAndObserved: 'anything' };

export const busy: RowText = {
  name: 'busy',
  file: 'any',
  recordedAndObserved: "another run's live lease",
};

export const rows: readonly Row[] = [
  {
    name: 'adopt',
    file: 'any',
    recordedAndObserved: 'none recorded; servers with its label, one of them with all our labels',
    when: ({ server, view }) => server === null && view.others.length > 0,
    decide: existence.adopt,
  },
  ...isolation.rows,
  {
    name: 'retire',
    file: 'retired',
    recordedAndObserved: 'grace over, anything of it left',
    about: 'tombstone',
    when: existence.graceIsOver,
    decide: existence.retire,
  },
  {
    name: 'finalize',
    file: 'retired',
    recordedAndObserved: 'grace over, nothing left',
    about: 'tombstone',
    when: existence.graceIsOver,
    decide: existence.finalize,
  },
  {
    name: 'rollback',
    file: 'not retired',
    recordedAndObserved:
      'our nonce, never ran; its own failure at vm or boot, one for good, attempts spent, or a higher revision',
    about: 'server',
    when: ({ retired, neverRan }) => retired === null && neverRan,
    decide: existence.rollback,
  },
  {
    name: 'replace',
    file: 'should run',
    recordedAndObserved: 'the revision is higher, and a create could follow',
    about: 'server',
    when: (so) => so.wanted && !so.neverRan && existence.isRevisionHigher(so),
    decide: existence.replace,
  },
  {
    name: 'close port 22',
    file: 'should run',
    recordedAndObserved: 'our nonce, never verified; port 22 open, the next attempt is not due',
    about: 'server',
    atOnce: true,
    when: existence.isToBringUp,
    decide: upkeep.closeWhileWaiting,
  },
  {
    name: 'resume',
    file: 'should run',
    recordedAndObserved: 'our nonce, never verified; anything else',
    about: 'server',
    atOnce: true,
    when: existence.isToBringUp,
    decide: existence.resume,
  },
  {
    name: 'give up',
    file: 'should run',
    recordedAndObserved: 'no server, all attempts spent',
    when: ({ wanted, server }) => wanted && server === null,
    decide: existence.giveUp,
  },
  {
    name: 'create',
    file: 'should run',
    recordedAndObserved: 'no server; attempts left, the next one due',
    atOnce: true,
    when: ({ wanted, server }) => wanted && server === null,
    decide: existence.create,
  },
  {
    name: 'power off',
    file: 'should not run',
    recordedAndObserved: 'server on, finished or unfinished',
    atOnce: true,
    when: (so) => !so.wanted && isOrWasOn(so),
    decide: upkeep.powerOff,
  },
  {
    name: 'wait',
    file: 'any',
    recordedAndObserved: 'server neither on nor off',
    about: 'server',
    when: () => true,
    decide: upkeep.leavePowerUnknown,
  },
  {
    name: 'resize',
    file: 'not retired',
    recordedAndObserved: 'another plan or server type than the recorded one',
    about: 'server',
    when: ({ retired, unfinished }) => retired === null && !unfinished,
    decide: upkeep.resize,
  },
  {
    name: 'power on',
    file: 'should run',
    recordedAndObserved: 'server off',
    about: 'server',
    when: ({ wanted, unfinished, server }) => wanted && !unfinished && !serverIsOn(server),
    decide: upkeep.powerOn,
  },
  {
    name: 'close port 22',
    file: 'not retired',
    recordedAndObserved: 'port 22 open, and the repair below has to wait',
    about: 'server',
    atOnce: true,
    when: ({ retired, server }) => retired === null && labelNames.bootstrap in server.labels,
    decide: upkeep.closeAlone,
  },
  {
    name: 'repair',
    file: 'not retired',
    recordedAndObserved:
      'labels, name, firewall, protection, device, state, port 22 or lock drifted',
    about: 'server',
    when: ({ retired }) => retired === null,
    decide: upkeep.repair,
  },
  {
    name: 'configure',
    file: 'should run',
    recordedAndObserved: 'other configuration or role version; host key recorded',
    about: 'server',
    when: (so) => so.wanted && !so.unfinished && so.view.record?.hostKey !== undefined,
    decide: upkeep.configure,
  },
  {
    name: 'correct the record',
    file: 'any',
    recordedAndObserved: 'the record has a dead lease, another power or another server',
    about: 'server',
    when: () => true,
    decide: upkeep.correctRecord,
  },
  {
    name: 'GraceRunning',
    file: 'retired',
    recordedAndObserved: 'the grace is not over',
    about: 'tombstone',
    when: () => true,
    decide: attention.graceRunning,
  },
  {
    name: 'EndedNotRetired',
    file: 'access ended, no tombstone',
    recordedAndObserved: 'anything',
    when: ({ view }) => view.agent.spec.access.state === 'ended',
    decide: attention.endedNotRetired,
  },
  {
    name: 'HostKeyUnknown',
    file: 'should run',
    recordedAndObserved: 'no host key recorded of its server',
    about: 'server',
    when: ({ wanted, view }) => wanted && view.record?.hostKey === undefined,
    decide: attention.hostKeyUnknown,
  },
  {
    name: 'RevisionBehind',
    file: 'any',
    recordedAndObserved: 'the revision is lower than the one that runs',
    about: 'server',
    when: () => true,
    decide: attention.revisionBehind,
  },
  {
    name: 'ForeignFirewall',
    file: 'any',
    recordedAndObserved: 'server behind a firewall that Aura does not manage',
    about: 'server',
    when: () => true,
    decide: attention.foreignFirewall,
  },
  {
    name: 'ServerGone',
    file: 'should not run, not retired',
    recordedAndObserved: 'complete reading; a record or a state, and no server',
    when: ({ server, wanted, complete, retired }) =>
      server === null && !wanted && complete && retired === null,
    decide: attention.serverGone,
  },
  {
    name: 'Deprecated',
    file: 'any',
    recordedAndObserved: 'image or server type of its server is deprecated',
    about: 'server',
    when: () => true,
    decide: attention.deprecated,
  },
];

export const converged: RowText = {
  name: 'none',
  file: 'any',
  recordedAndObserved: 'everything is as the file asks',
};

export const removedFile: RowText = {
  name: 'finalize: removed file',
  file: 'no file',
  recordedAndObserved: 'a record that is not gone',
};

export const orphan: RowText = {
  name: 'orphan',
  file: 'no file',
  recordedAndObserved: "no record, or one that is gone; our fleet's labels",
};

const nothingLeft = 'a record that is gone, and nothing else';
export const gone: RowText = { name: 'gone', file: 'no file', recordedAndObserved: nothingLeft };
