/** What visitors see, from the fleet in memory: incidents, figures by region, what is sold. */

import type { Offers } from '../../core/fleet/observed.ts';
import { readableRecords } from '../../core/fleet/recorded.ts';
import { type PublicCatalog, publicCatalog } from '../../core/status/public-catalog.ts';
import { type PublicFleet, publicFleet } from '../../core/status/public-fleet.ts';
import { createKept } from '../../ports/kept.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ReadModel } from './read-model.ts';

type Fresh = {
  /** the time that it is of, where it may have changed since; null where it is current */
  readonly asOf: string | null;
};
export type ServedFleet = PublicFleet & Fresh;
type ServedCatalog = PublicCatalog & Fresh;

export type PublicReader = {
  fleet(): Promise<ServedFleet>;
  catalog(): Promise<ServedCatalog>;
};

/** Visitors are many, and an answer takes a look at every record. */
const shownForMs = 5000;
const offersForMs = 300_000;
const currentMs = 60_000;

/** @param cloud null where the service has no credentials for it: what is in stock is not known */
export function createPublicReader(
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
  model: Pick<ReadModel, 'current'>,
  cloud: Pick<Ports['cloud'], 'offers'> | null,
): PublicReader {
  const offers = createKept(readOffers, { clock, freshMs: offersForMs });
  const fleet = createKept(async () => shown(publicFleet), { clock, freshMs: shownForMs });
  const catalog = createKept(
    async () => {
      const now = await offers.get();
      return shown((sources) => publicCatalog({ ...sources, offers: now }));
    },
    { clock, freshMs: shownForMs },
  );

  async function readOffers(): Promise<Offers | null> {
    if (cloud === null) return null;
    try {
      return await cloud.offers();
    } catch (error) {
      log.warn({ error }, 'what is in stock could not be read');
      return null;
    }
  }

  async function shown<Shown>(of: (sources: Sources) => Shown): Promise<Shown & Fresh> {
    const { view, asOfMs } = await model.current();
    const { policy, catalog: sold, incidents, isStopped } = view;
    const nowMs = clock.now();
    const asOf = nowMs - asOfMs < currentMs ? null : new Date(asOfMs).toISOString();
    const records = readableRecords([...view.records.values()]);
    const recorded = view.fleet.kind === 'valid' ? view.fleet.record : null;
    return {
      ...of({ policy, catalog: sold, incidents, isStopped, records, fleet: recorded, nowMs }),
      asOf,
    };
  }

  return { fleet: fleet.get, catalog: catalog.get };
}

type Sources = Parameters<typeof publicFleet>[0];
