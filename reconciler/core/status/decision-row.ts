/** The rows of the decision table (core/diff) in words, for whoever asks which one applies. */
import { impossible } from '../failure.ts';
import type { Change, Idle } from '../fleet/situation.ts';

export type DecisionRow = {
  readonly name: string;
  /** what the table says of the file */
  readonly file: string;
  /** and of what is recorded and observed */
  readonly when: string;
};

export const idleRows: Readonly<
  Partial<Record<Idle['reason'], readonly [file: string, when: string]>>
> = {
  RetryLater: ['any', 'what was tried failed, and the next try is not due yet'],
  Failed: ['should run', 'nothing; all attempts are spent, and that was said'],
  GraceRunning: ['retired', 'the grace is not over'],
  RevisionBehind: ['should run', "the file's revision is lower than the one that runs"],
  ResizeImpossible: ['not retired', 'another plan than the recorded one, which cannot be had'],
  NoSuchOffer: ['should run', 'nothing, and nothing of what the catalog allows is sold'],
  EndedNotRetired: ['access ended', 'anything; there is no tombstone'],
  PaidButRetired: ['retired', 'nothing left, and the subscription still pays'],
  Unsettled: ['any', 'its server is neither on nor off, and may stay so'],
  SpareServer: ['any', 'servers with its label, none of them known to be its own'],
  PartialReading: ['any', 'not seen whole: what was not seen is unknown'],
};

export function rowOfChange(kind: Change['kind']): DecisionRow {
  switch (kind) {
    case 'create':
      return row(kind, 'should run', 'nothing; attempts are left and the next one is due');
    case 'giveUp':
      return row(kind, 'should run', 'nothing; all attempts are spent');
    case 'adopt':
      return row(kind, 'any', 'one server with all our labels, none recorded');
    case 'resume':
      return row(kind, 'should run', 'our nonce, never verified; nothing spoiled it');
    case 'rollback':
      return row(
        kind,
        'not retired',
        'our nonce, never ran; spoiled by its own cause, or too often',
      );
    case 'replace':
      return row(kind, 'should run', "the file's revision is higher than the one that runs");
    case 'power':
      return row(kind, 'any', 'the server is on and should be off, or off and should be on');
    case 'resize':
      return row(kind, 'not retired', 'another plan than the recorded one');
    case 'repair':
      return row(kind, 'not retired', 'labels, protection, device, state or record drifted');
    case 'configure':
      return row(kind, 'should run', 'other configuration or role version');
    case 'retire':
      return row(kind, 'retired', 'the grace is over and something of it is left');
    case 'destroyOrphan':
      return row(kind, 'no file, no record', "our fleet's labels, and a decision to destroy");
    default:
      return impossible(kind);
  }
}

export function row(name: string, file: string, when: string): DecisionRow {
  return { name, file, when };
}
