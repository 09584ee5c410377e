/**
 * Backs up the agents repository outside of the Forge: every hour both branches as one git bundle
 * in the bucket, where the newest ones are kept.
 */
import { Failure } from '../../core/failure.ts';
import type { ArchivedObject } from '../../ports/archive.ts';
import type { Ports } from '../../ports/ports.ts';

type BackUpPorts = Pick<Ports, 'archive' | 'bundler' | 'clock'>;
type BackUp = {
  readonly key: string;
  readonly bytes: number;
  readonly tips: Readonly<Record<string, string>>;
  /** keys of the old bundles that were removed */
  readonly removed: readonly string[];
};

/** Two days of hourly bundles. */
const bundlesKept = 48;
const branches = ['main', 'status'] as const;

export function bundlePrefix(fleet: string): string {
  return `${fleet}/bundles/`;
}

/** Removes old bundles only after the new one was read back and compared. */
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
    throw new Failure('UnexpectedAnswer', `the bucket returned other content for ${key}`);
  const removed: string[] = [];
  for (const old of (await bundles(archive, fleet)).slice(bundlesKept)) {
    await archive.remove(old.key);
    removed.push(old.key);
  }
  return { key, bytes: content.length, tips, removed: removed.sort() };
}

/** The newest first; other objects are ignored. */
export async function bundles(
  archive: Ports['archive'],
  fleet: string,
): Promise<readonly ArchivedObject[]> {
  const objects = await archive.list(bundlePrefix(fleet));
  return objects.filter(({ key }) => key.endsWith('.bundle')).toReversed();
}
