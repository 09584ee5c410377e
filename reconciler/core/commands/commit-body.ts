/** The body of a commit that a person asked for, and who asked for any commit. */
import type { LogEntry } from './history.ts';

export function bodyOf(said: {
  readonly by: string;
  readonly reason: string | null;
  readonly lost: string | null;
}): string {
  return [
    `Requested by ${said.by}.`,
    ...(said.reason === null ? [] : [`Reason: ${said.reason}`]),
    ...(said.lost === null ? [] : [`Goes for good: ${said.lost}.`]),
  ].join('\n');
}

export type Cause = {
  /** the person or party behind the commit: one who asked for it, `Stripe`, `Aura`, its author */
  readonly who: string;
  readonly cause: string | null;
  readonly stripeEvents: readonly string[];
  /** the idempotency key of the request */
  readonly request: string | null;
  readonly reason: string | null;
};

/** The author of the machine's commits. */
export const machineAuthor = 'Aura';

export function causeOf({ author, body, trailers }: LogEntry): Cause {
  const valuesOf = (wanted: string) =>
    trailers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const stripeEvents = valuesOf('stripe-event');
  const askedBy = /^Requested by (.+)\.$/m.exec(body)?.[1];
  const byMachine = stripeEvents.length > 0 ? 'Stripe' : machineAuthor;
  return {
    who: author === machineAuthor ? (askedBy ?? byMachine) : author,
    cause: valuesOf('aura-cause').at(-1) ?? null,
    stripeEvents,
    request: valuesOf('aura-request').at(-1) ?? null,
    reason: /^Reason: (.+)$/m.exec(body)?.[1] ?? null,
  };
}
