/** Shows the life of an agent as text, the oldest entry first. */
import type { Difference } from '../../../core/commands/differences.ts';
import type {
  DecisionEntry,
  LifeEntry,
  RecordEntry,
  WorkEntry,
} from '../../../core/commands/life.ts';
import { impossible } from '../../../core/failure.ts';
import { type Output, oneLine } from './output.ts';

type Painter = Pick<Output, 'paint'>;

export function lifeText(entries: readonly LifeEntry[], out: Painter): string {
  return entries.map((entry) => entryText(entry, out)).join('\n');
}

function entryText(entry: LifeEntry, out: Painter): string {
  const { lines, word } = described(entry, out);
  const [first = '', ...rest] = lines.filter((line) => line !== '').map(oneLine);
  const head = `${entry.at.replace('.000Z', 'Z')}  ${word}  ${entry.commit.slice(0, 10)}  ${first}`;
  return [head, ...rest.map((line) => `    ${line}`)].join('\n');
}

type Described = { readonly word: string; readonly lines: readonly string[] };

function described(entry: LifeEntry, out: Painter): Described {
  switch (entry.kind) {
    case 'decision':
      return { word: out.paint('green', 'asked'), lines: decisionLines(entry) };
    case 'work':
      return { word: out.paint('yellow', 'done '), lines: workLines(entry) };
    case 'record':
      return { word: out.paint('dim', 'noted'), lines: recordLines(entry) };
    default:
      return impossible(entry);
  }
}

function decisionLines(entry: DecisionEntry): readonly string[] {
  const { subject, who, author, cause, stripeEvents, request, reason } = entry;
  const parts = [
    `by ${who}`,
    ...(who === author ? [] : [`written by ${author}`]),
    ...(cause === null ? [] : [`cause ${cause}`]),
    ...stripeEvents.map((id) => `event ${id}`),
    ...(request === null ? [] : [`request ${request}`]),
  ];
  const because = reason === null ? '' : `reason: ${reason}`;
  return [subject, parts.join(', '), because, changed(entry.differences)];
}

function workLines(entry: WorkEntry): readonly string[] {
  const { change, outcome, run, runAttempt, plan, revision, steps, reason, message } = entry;
  const why = [reason, message].filter((one) => one !== null).join(', ');
  const parts = [
    `run ${run}/${runAttempt}`,
    ...(plan === null ? [] : [`plan ${plan}`]),
    ...(revision === null ? [] : [`revision ${revision}`]),
  ];
  const took = steps.map(({ step, seconds }) =>
    seconds === null ? step : `${step} ${Math.round(seconds)} s`,
  );
  return [
    `${change} ${outcome}${why === '' ? '' : `: ${why}`}`,
    parts.join(', '),
    took.length === 0 ? '' : `steps: ${took.join(', ')}`,
    changed(entry.differences),
  ];
}

function recordLines({ differences }: RecordEntry): readonly string[] {
  return differences.map(differenceText);
}

function changed(differences: readonly Difference[]): string {
  return differences.map(differenceText).join('; ');
}

function differenceText({ field, from, to }: Difference): string {
  if (to === null) return `${field}: no longer ${from}`;
  return from === null ? `${field}: ${to}` : `${field}: ${from} → ${to}`;
}
