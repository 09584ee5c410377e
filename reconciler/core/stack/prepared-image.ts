/**
 * Prepared images: snapshots that contain the software of a host. Equal contents have an equal hash,
 * by which an image that exists is found again, and no second one is made.
 */
import { digest } from '../agent/digest.ts';
import type { ObservedImage, ObservedSnapshot } from '../fleet/fleet-resources.ts';
import { labelNames, type Offer } from '../fleet/observed.ts';
import { compareText } from '../fleet/world.ts';

/** What goes into an image. */
export type ImageContent = {
  /** the image that it is made from */
  readonly base: string;
  readonly architecture: string;
  /** of the roles, with the versions that they install */
  readonly roleVersion: string;
  /** where software comes from, where it is not its vendor */
  readonly sources: Readonly<Record<string, string>> | null;
};

/** 16 hex. */
export function contentHash(content: ImageContent): string {
  return digest(content, 16);
}

export function imageLabels(
  { fleet, nonce }: { readonly fleet: string; readonly nonce: string },
  content: ImageContent,
) {
  return {
    [labelNames.fleet]: fleet,
    [labelNames.nonce]: nonce,
    [labelNames.image]: contentHash(content),
    [labelNames.base]: content.base,
  };
}

/** The newest snapshot with that content; null without one. */
export function imageWith(
  hash: string,
  snapshots: readonly ObservedSnapshot[],
): ObservedSnapshot | null {
  const found = snapshots.filter(({ labels }) => labels[labelNames.image] === hash);
  return newest(found);
}

/**
 * The newest prepared image: proposed for the catalog, until it is merged or another one is made.
 */
export function newest(snapshots: readonly ObservedSnapshot[]): ObservedSnapshot | null {
  const sorted = snapshots
    .filter(({ labels }) => labelNames.image in labels)
    .toSorted((a, b) => compareText(a.created, b.created) || compareText(a.id, b.id));
  return sorted.at(-1) ?? null;
}

/** A snapshot is named by its id, an image of Hetzner by its name. */
export function isSnapshotId(image: string): boolean {
  return /^[0-9]+$/.test(image);
}

type Wanted = Pick<Offer, 'serverType' | 'architecture' | 'diskGb'>;

/**
 * Why no server of the type can be made from the image; null where it can.
 *
 * @param found what Hetzner has under that id or name
 */
export function imageMisfit(
  image: string,
  found: readonly ObservedImage[],
  { serverType, architecture, diskGb }: Wanted,
): string | null {
  if (found.length === 0) return `image ${image} does not exist in this project`;
  const fitting = found.filter((one) => one.architecture === architecture);
  if (fitting.length === 0) {
    const has = found.map((one) => one.architecture).sort();
    return `image ${image} is for ${has.join(' and ')}, and ${serverType} is ${architecture}`;
  }
  if (!fitting.some(({ available }) => available)) return `image ${image} is not available`;
  const smallest = Math.min(...fitting.map((one) => one.diskGb));
  if (smallest <= diskGb) return null;
  return `image ${image} needs a disk of ${smallest} GB, and ${serverType} has ${diskGb} GB`;
}
