/** The effects of a pull request as lines, grouped by what happens to the servers. */
import { changeLine } from '../status/report.ts';
import { type Effect, type Effects, natureOf } from './effects.ts';

type Group = { readonly title: string; readonly about?: string; readonly lines: readonly string[] };

type Sections = {
  readonly sections: readonly Group[];
  readonly counts: {
    readonly created: number;
    readonly changed: number;
    readonly destroyed: number;
    readonly deferred: number;
    readonly refused: number;
  };
};

export function sectionsOf({ effects, removed }: Effects): Sections {
  const of = (nature: ReturnType<typeof natureOf>) =>
    effects.filter((effect) => natureOf(effect) === nature);
  const [created, changed, destroyed] = [of('create'), of('change'), of('destroy')];
  const held = (kind: 'deferred' | 'refused') =>
    effects.flatMap((effect) => heldLines(effect, kind));
  const [deferred, refused] = [held('deferred'), held('refused')];
  const sections: readonly Group[] = [
    { title: 'Created', lines: created.flatMap(lineOf) },
    { title: 'Changed', lines: changed.flatMap(lineOf) },
    { title: 'Destroyed', about: lossText, lines: destroyed.flatMap(lineOf) },
    { title: 'Deferred', lines: deferred },
    { title: 'Refused', about: refusedText, lines: refused },
    { title: 'Left alone', lines: effects.flatMap(idleLines) },
    { title: 'No longer planned', lines: effects.flatMap(droppedLines) },
    { title: 'Removed files of several agents', about: removedText, lines: removed },
  ];
  return {
    sections,
    counts: {
      created: created.length,
      changed: changed.length,
      destroyed: destroyed.length,
      deferred: deferred.length,
      refused: refused.length,
    },
  };
}

const lossText = '**With everything on the server. No snapshot of it is kept.**';
const refusedText =
  'Refused changes wait for an approval by a code owner, or are asked for otherwise.';
const removedText =
  'They are removed by one commit, so that nothing is destroyed: Aura opens a pull request that restores ' +
  'the files. To end an agent, remove its file by a commit of its own, or add a tombstone to it.';

/** What happens at once, then what follows a grace. */
function lineOf({ now, later }: Effect): readonly string[] {
  const lines = [now, later].flatMap((outcome) => {
    if (outcome?.kind !== 'change') return [];
    const { change, after } = outcome;
    return [
      after === null ? changeLine(change) : `${changeLine(change)}; after its grace, at ${after}`,
    ];
  });
  return lines.length < 2 ? lines : [lines.join('; then ')];
}

function heldLines({ now, later }: Effect, kind: 'deferred' | 'refused'): readonly string[] {
  return [now, later].flatMap((outcome) =>
    outcome?.kind === kind
      ? [`${changeLine(outcome.change)}; ${outcome.limit}: ${outcome.message}`]
      : [],
  );
}

function idleLines({ agent, now, later }: Effect): readonly string[] {
  // What is wrong with an invalid file is listed field by field.
  if (now?.kind !== 'idle' || now.idle.reason === 'Invalid' || later !== null) return [];
  const { reason, message, until } = now.idle;
  return [`${agent}: ${reason}, ${message}${until === undefined ? '' : ` (until ${until})`}`];
}

/** A change of the base that merging takes back. */
function droppedLines({ before, now, later }: Effect): readonly string[] {
  if (before === null || before.kind === 'idle' || now !== null || later !== null) return [];
  return [changeLine(before.change)];
}
