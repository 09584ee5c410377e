/**
 * Builders: servers of which an image is made. A builder belongs to the run that makes it, by its
 * lease in `fleet.yaml`, which is written before the create and removed once the server is gone.
 *
 * | the run                                       | the builder                        |
 * |-----------------------------------------------|------------------------------------|
 * | acts, or the Forge does not answer            | is leased: not an orphan           |
 * | is over by the Forge                          | is ended by the next run           |
 * | is unknown to the Forge, until `until`        | is leased                          |
 * | is unknown to the Forge, after it             | is ended by the next run           |
 *
 * Its cost and its create count towards the limits as an agent's do.
 */
import type { FleetRecord } from '../../../schemas/generated/fleet.ts';
import { timeMs } from '../text/time.ts';
import { newFleetRecord } from './fleet-record.ts';
import { labelNames, type ObservedServer } from './observed.ts';
import { leaseIsLive } from './recorded.ts';
import { type RunRef, type RunStates, runOf, runStateOf } from './run.ts';

export type Builder = NonNullable<FleetRecord['builders']>[number];

export function buildersIn(record: FleetRecord | null): readonly Builder[] {
  return record?.builders ?? [];
}

/** Also replaces the lease with the same nonce. */
export function withBuilder(record: FleetRecord | null, builder: Builder): FleetRecord {
  const others = buildersIn(record).filter(({ nonce }) => nonce !== builder.nonce);
  const builders = [...others, builder].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...(record ?? newFleetRecord({})), builders };
}

export function withoutBuilder(record: FleetRecord, nonce: string): FleetRecord {
  const { builders = [], ...rest } = record;
  const others = builders.filter((one) => one.nonce !== nonce);
  return others.length === 0 ? rest : { ...rest, builders: others };
}

/** Whether its run may still act on it. */
export function builderIsLive(
  builder: Builder,
  { nowMs, runs }: { readonly nowMs: number; readonly runs: RunStates },
): boolean {
  return leaseIsLive(builder, nowMs, runStateOf(runs, runOf(builder)));
}

/** The labels by which a builder's server is identified. */
export function builderLabels(fleet: string, builder: Pick<Builder, 'run' | 'nonce'>) {
  return {
    [labelNames.fleet]: fleet,
    [labelNames.builder]: runLabel(builder.run),
    [labelNames.nonce]: builder.nonce,
  };
}

/** A label's value: at most 63 characters, which begin and end with a letter or digit. */
function runLabel(run: RunRef['id']): string {
  const cleaned = run.replaceAll(/[^A-Za-z0-9_.-]/g, '-').slice(0, 63);
  return cleaned.replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

/** The lease of a builder's server; null where none names it. */
export function builderOf(
  { id, labels }: Pick<ObservedServer, 'id' | 'labels'>,
  builders: readonly Builder[],
): Builder | null {
  const nonce = labels[labelNames.builder] === undefined ? undefined : labels[labelNames.nonce];
  return builders.find((one) => one.server === id || one.nonce === nonce) ?? null;
}

/** Builders that were begun within a time window, for the limit of creates. */
export function buildersSince(builders: readonly Builder[], sinceMs: number): number {
  return builders.filter(({ since }) => timeMs(since) > sinceMs).length;
}
