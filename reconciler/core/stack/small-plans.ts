/** Plans whose servers have less memory than openclaw needs beside the system. */
import type { Catalog } from '../agent/catalog.ts';
import type { Offers } from '../fleet/observed.ts';
import { compareText } from '../fleet/world.ts';

/** At rest openclaw and the system hold 1.1 GB; its users report hangs with 2 GB. */
export const leastMemoryGb = 4;

/** Each as a text, sorted. A type that is not listed is reported elsewhere. */
export function smallPlans({ plans }: Catalog, { list }: Offers): readonly string[] {
  const memoryOf = new Map(list.map(({ serverType, memoryGb }) => [serverType, memoryGb]));
  return Object.entries(plans)
    .flatMap(([plan, { serverTypes }]) =>
      Object.entries(serverTypes).flatMap(([region, type]) => {
        const memoryGb = memoryOf.get(type) ?? leastMemoryGb;
        return memoryGb < leastMemoryGb
          ? [`${type} of plan ${plan} in ${region} has ${memoryGb} GB of memory`]
          : [];
      }),
    )
    .sort(compareText);
}
