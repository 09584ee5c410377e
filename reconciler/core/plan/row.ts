/** The type of a row of the decision table, and when a row applies. */
import type { Decision, OnServer, Retired, Situation } from '../fleet/situation.ts';

/** A row's text, as `aura explain` and the guide print it. */
export type RowText = {
  readonly name: string;
  /** condition on the file */
  readonly file: string;
  readonly recordedAndObserved: string;
};

type On<About extends Situation> = RowText & {
  /** earlier failures do not delay it: its attempts are counted, or it cannot wait */
  readonly atOnce?: true;
  when(situation: About): boolean;
  decide(situation: About): Decision | null;
};

/** A row about a server or a tombstone applies only if the agent has one. */
export type Row =
  | ({ readonly about?: undefined } & On<Situation>)
  | ({ readonly about: 'server' } & On<OnServer>)
  | ({ readonly about: 'tombstone' } & On<Retired>);

/** null if the row does not apply, or has nothing to do. */
export function decisionBy(row: Row, situation: Situation): Decision | null {
  switch (row.about) {
    case 'server':
      return hasServer(situation) && row.when(situation) ? row.decide(situation) : null;
    case 'tombstone':
      return isRetired(situation) && row.when(situation) ? row.decide(situation) : null;
    default:
      return row.when(situation) ? row.decide(situation) : null;
  }
}

function hasServer(situation: Situation): situation is OnServer {
  return situation.server !== null;
}

function isRetired(situation: Situation): situation is Retired {
  return situation.retired !== null;
}
