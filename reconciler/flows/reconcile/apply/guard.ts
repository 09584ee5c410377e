/**
 * Deletes a resource behind its guard: right before the deletion the resource is read again and
 * compared with what was recorded or decided, and the source of the request is checked again. The
 * request says that something should go; the labels, nonce and creation time identify it.
 */
import { Failure } from '../../../core/failure.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { ApplyPorts } from './attempt.ts';

type Labels = Readonly<Record<string, string>>;

/** What identifies a resource. */
export type Ownership = {
  /** e.g. `server 42` */
  readonly name: string;
  /** the labels that it must carry, including the nonce of its create */
  readonly labels: Labels;
  /** the recorded or decided creation time; null where there is none */
  readonly created: string | null;
};

export type Guard<Found> = Ownership & {
  /**
   * Throws where the deletion is no longer asked for, or the resource is in use. The ports check
   * the stop, a pause and the asking file before each effect.
   */
  askAnew(found: Found): Promise<void>;
};

/** A kind without labels is identified by its creation time. */
export type Marked = { readonly labels?: Labels; readonly created: string };

/** A resource that one call deletes. `look` returns null where it is gone. */
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
    throw new Failure('OutcomeUnknown', `${part.name} still exists after its deletion`);
}

export async function prove<Found extends Marked>(
  guard: Guard<Found>,
  found: Found,
): Promise<void> {
  requireOwnership(guard, found);
  await guard.askAnew(found);
}

/** Throws `OwnershipUnproven` where labels or creation time differ: an id is no proof. */
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
 * Whether a server is gone. A 404 by id may be stale, so a lookup by name must not find it either.
 */
export async function isGone(
  { ports: { cloud } }: { readonly ports: Pick<ApplyPorts, 'cloud'> },
  server: string,
  name: string,
): Promise<boolean> {
  if ((await cloud.server(server)) !== null) return false;
  return (await cloud.serverByName(name))?.id !== server;
}
