/**
 * Copies of the agents repository apart from the Forge: both branches as one git bundle an hour in
 * the bucket, the newest of them kept. A lost repository is restored from there.
 */
import { Failure } from '../../core/failure.ts';
import type { ArchivedObject } from '../../ports/archive.ts';
import type { Ports } from '../../ports/ports.ts';

type BackUpPorts = Pick<Ports, 'archive' | 'bundler' | 'clock'>;
type BackUp = {
  readonly key: string;
  readonly bytes: number;
  readonly tips: Readonly<Record<string, string>>;
  /** keys of the old ones that went */
  readonly removed: readonly string[];
};

/** Two days of one an hour. */
const bundlesKept = 48;
const branches = ['main', 'status'] as const;

export function bundlePrefix(fleet: string): string {
  return `${fleet}/bundles/`;
}

/** Old ones go only once the new one was read back as it was written. */
export async function backUp(
  { archive, bundler, clock }: BackUpPorts,
  fleet: string,
): Promise<BackUp> {
  const { content, tips } = await bundler.make(branches);
  const at = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const key = `${bundlePrefix(fleet)}${at.replaceAll(':', '-')}.bundle`;
  await archive.put(key, content);
  const stored = await archive.get(key);
  if (stored === null || !stored.equals(content))
    throw new Failure('UnexpectedAnswer', `the bucket does not hold ${key} as it was sent`);
  const removed: string[] = [];
  for (const old of (await bundles(archive, fleet)).slice(bundlesKept)) {
    await archive.remove(old.key);
    removed.push(old.key);
  }
  return { key, bytes: content.length, tips, removed: removed.sort() };
}

/** The newest first; nothing but bundles is counted, or removed. */
export async function bundles(
  archive: Ports['archive'],
  fleet: string,
): Promise<readonly ArchivedObject[]> {
  const objects = await archive.list(bundlePrefix(fleet));
  return objects.filter(({ key }) => key.endsWith('.bundle')).toReversed();
}
