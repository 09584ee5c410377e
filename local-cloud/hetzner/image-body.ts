/** Snapshots and backups as the API shows them; system images are in `catalogue-body.ts`. */
import { timeOf } from './project.ts';
import type { Server, Snapshot } from './records.ts';

/** A share of the disk that a small system fills. */
const filledShare = 0.04;

export function snapshotBody(one: Snapshot): object {
  return {
    id: one.id,
    type: one.kind,
    status: one.status,
    name: null,
    description: one.description,
    image_size: one.status === 'creating' ? null : one.diskGb * filledShare,
    disk_size: one.diskGb,
    created: timeOf(one.created),
    created_from: one.from,
    bound_to: one.kind === 'backup' ? one.from.id : null,
    os_flavor: one.flavor,
    os_version: one.version,
    rapid_deploy: false,
    protection: { delete: one.protected },
    deprecated: null,
    deleted: null,
    labels: one.labels,
    architecture: one.architecture,
  };
}

/** The image that a server was created from, where it has been deleted since. */
export function lostImageBody(image: NonNullable<Server['image']>): object {
  return {
    id: image.id,
    type: 'snapshot',
    status: 'available',
    name: image.name,
    description: 'deleted',
    image_size: null,
    disk_size: 0,
    created: timeOf(0),
    created_from: null,
    bound_to: null,
    os_flavor: 'unknown',
    os_version: null,
    rapid_deploy: false,
    protection: { delete: false },
    deprecated: null,
    deleted: timeOf(0),
    labels: {},
    architecture: image.architecture,
  };
}
