/**
 * Ends a resource behind its guard: right before it goes it is looked at once more, held against what
 * was recorded or decided, and the source of the request is asked again. A commit, a decision or our
 * own nonce says that something should go; what it carries says that it is the one.
 */
import { Failure } from '../../../core/failure.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { Run } from './attempt.ts';

type Labels = Readonly<Record<string, string>>;

/** By what a resource is distinguished from any other. */
export type Ownership = {
  /** which it is, in words: `server 42` */
  readonly name: string;
  /** what it has to carry, the nonce of its create among it */
  readonly labels: Labels;
  /** when it was made, as that was recorded or decided on; null where neither says it */
  readonly created: string | null;
};

export type Guard<Found> = Ownership & {
  /**
   * Throws where the end of what was found is not asked for any more, or it is in use. The ports read
   * stop, pause and the file that asks by themselves, before each effect.
   */
  askAnew(found: Found): Promise<void>;
};

/** Of a kind that has no labels the rest has to tell. */
export type Marked = { readonly labels?: Labels; readonly created: string };

/** What one call ends. `look` finds null where it is gone, which is fine. */
type Part<Found extends Marked> = Guard<Found> & {
  look(): Promise<Found | null>;
  end(found: Found): Promise<void>;
};

export async function destroyPart<Found extends Marked>(part: Part<Found>): Promise<void> {
  const found = await part.look();
  if (found === null) return;
  await prove(part, found);
  await part.end(found);
  if ((await part.look()) !== null)
    throw new Failure('OutcomeUnknown', `${part.name} is still there after it was deleted`);
}

export async function prove<Found extends Marked>(
  guard: Guard<Found>,
  found: Found,
): Promise<void> {
  requireOwnership(guard, found);
  await guard.askAnew(found);
}

/**
 * Throws `OwnershipUnproven` where it is another one: an id alone could have come to mean something
 * else.
 */
export function requireOwnership(
  { name, labels: wanted, created }: Ownership,
  found: Marked,
): void {
  const { labels = wanted } = found;
  const missing = Object.keys(wanted).filter((label) => labels[label] !== wanted[label]);
  if (created !== null && timeMs(found.created) !== timeMs(created))
    missing.push('its time of creation');
  if (missing.length > 0)
    throw new Failure('OwnershipUnproven', `${name} does not carry ${missing.join(' and ')}`);
}

/**
 * Whether a server is gone. A GET by id that answers 404 may be wrong for a while, so the name must be
 * free of it too: two answers of two indexes.
 */
export async function isGone(
  { ports: { cloud } }: Run,
  server: string,
  name: string,
): Promise<boolean> {
  if ((await cloud.server(server)) !== null) return false;
  return (await cloud.serverByName(name))?.id !== server;
}
