/** Finds a prepared image that exists, and what an image is made from. */
import type { Catalog } from '../../../core/agent/catalog.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { labelNames } from '../../../core/fleet/observed.ts';
import {
  contentHash,
  type ImageContent,
  imageWith,
  isSnapshotId,
} from '../../../core/stack/prepared-image.ts';
import type { Ports as AllPorts } from '../../../ports/ports.ts';

type Ports = Pick<AllPorts, 'cloud' | 'clock'>;

/** `contents`: what is installed, with its versions */
export type Made = { readonly image: string; readonly contents: string };

/** The catalog's image, or what its snapshot was made from. */
export async function baseOf({ cloud }: Ports, { image }: Catalog): Promise<string> {
  if (!isSnapshotId(image)) return image;
  const [snapshot] = await cloud.images(image);
  const base = snapshot?.labels[labelNames.base];
  if (base !== undefined) return base;
  throw new Failure(
    'InvalidInput',
    `the catalog's image ${image} does not say what it was made from: name an image with --base`,
  );
}

export async function requireBase({ cloud }: Ports, { base, architecture }: ImageContent) {
  const found = await cloud.images(base);
  if (found.some((one) => one.available && one.architecture === architecture)) return;
  throw new Failure('InvalidInput', `Hetzner has no image ${base} for ${architecture}`);
}

/** An image with this content, once it is available. */
export async function existing(
  { cloud, clock }: Ports,
  { fleet }: Policy,
  content: ImageContent,
): Promise<Made | null> {
  const snapshot = imageWith(contentHash(content), await cloud.snapshots(fleet));
  if (snapshot === null) return null;
  const { id: image, description: contents } = snapshot;
  for (let looks = 1; looks <= looksMax; looks += 1) {
    const [found] = await cloud.images(image);
    if (found === undefined) return null;
    if (found.available) return { image, contents };
    await clock.wait(lookEveryMs);
  }
  throw new Failure('OutcomeUnknown', `image ${image} does not become available`);
}
const looksMax = 200;
const lookEveryMs = 3000;
