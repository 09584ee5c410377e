/** The ports that observing uses, and listings that tolerate an unavailable source. */
import { Failure } from '../../../core/failure.ts';
import type { PartialReason } from '../../../core/fleet/observed.ts';
import type { Listing } from '../../../ports/listing.ts';
import type { Ports } from '../../../ports/ports.ts';

/** All that a plan is made from, without ports that change anything. */
export const planPortNames = [
  'state',
  'files',
  'journal',
  'cloud',
  'tailnet',
  'states',
  'forge',
  'configurator',
  'log',
] as const;
export type ObservePorts = Pick<Ports, Exclude<(typeof planPortNames)[number], 'configurator'>> & {
  readonly configurator: Pick<Ports['configurator'], 'roleVersion'>;
};

export type Listed<Item> = {
  readonly items: readonly Item[];
  readonly partial: readonly PartialReason[];
};

/** A transient failure makes the reading partial; any other stops the run. */
export async function listed<Item>(
  source: PartialReason['source'],
  list: () => Promise<Listing<Item> | readonly Item[]>,
): Promise<Listed<Item>> {
  try {
    const answer = await list();
    if (!('partial' in answer)) return { items: answer, partial: [] };
    return { ...answer, partial: answer.partial.map((detail) => ({ source, detail })) };
  } catch (error) {
    if (!(error instanceof Failure) || error.errorClass !== 'transient') throw error;
    return { items: [], partial: [{ source, detail: `${error.reason}: ${error.message}` }] };
  }
}
