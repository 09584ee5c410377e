/** A gauge whose samples are replaced as a whole: what is no longer so has no sample. */
import { Gauge, type Registry } from 'prom-client';
import type { Count, Labels } from '../../../core/fleet/tally.ts';

export type Sample = readonly [labels: Labels, value: number];

/** Series of one name, so that a reading with odd values cannot grow without bound. */
const samplesMax = 200;

/** The returned function takes all samples of the name, the most important ones first. */
export function sampled(
  registry: Registry,
  name: string,
  help: string,
  labels: readonly string[] = [],
): (samples: readonly Sample[]) => void {
  const gauge = new Gauge({ name, help, labelNames: labels, registers: [registry] });
  return (samples) => {
    gauge.reset();
    // A gauge without labels begins with a zero, which would be a figure.
    if (labels.length === 0) gauge.remove();
    for (const [values, value] of samples.slice(0, samplesMax)) gauge.set(values, value);
  };
}

export function samplesOf(counts: readonly Count[]): readonly Sample[] {
  return counts.map(({ of, count }) => [of, count]);
}
