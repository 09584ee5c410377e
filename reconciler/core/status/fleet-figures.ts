/** Figures of the fleet for monitoring, computed from its records: nothing is accumulated. */
import { isKindThat } from '../fleet/change-kinds.ts';
import type { AgentRecord, Attempt, Step } from '../fleet/recorded.ts';
import { type Count, tally } from '../fleet/tally.ts';
import { timeMs } from '../text/time.ts';

type FleetFigures = {
  /** conditions by type and reason, the most frequent first */
  readonly conditions: readonly Count[];
  /** attempts that the records keep, by change, outcome, step and reason */
  readonly attempts: readonly Count[];
  readonly steps: readonly StepTime[];
  /** creates from their first step to a verified server */
  readonly provisions: readonly { readonly region: string; readonly seconds: number }[];
  /** a month, net, by currency and plan */
  readonly costs: readonly {
    readonly currency: string;
    readonly plan: string;
    readonly monthly: number;
  }[];
};
type StepTime = { readonly step: Step; readonly region: string; readonly seconds: number };

export function fleetFigures(records: readonly AgentRecord[]): FleetFigures {
  const creates = records.flatMap(lastCreate);
  return {
    conditions: tally(
      records.flatMap(({ conditions }) => conditions.map(({ type, reason }) => ({ type, reason }))),
    ),
    attempts: tally(records.flatMap(({ attempts }) => attempts.map(attemptLabels))),
    steps: creates.flatMap(({ steps }) => steps),
    provisions: creates.map(({ region, seconds }) => ({ region, seconds })),
    costs: costsOf(records),
  };
}

function attemptLabels({ change, outcome, step, reason }: Attempt) {
  return { change, outcome, step, reason: reason ?? '' };
}

type Create = {
  readonly region: string;
  readonly seconds: number;
  readonly steps: readonly StepTime[];
};

/** Of the current revision, where it succeeded; a resumed one counts from its last steps on. */
function lastCreate({ chosen, timings = [], attempts }: AgentRecord): readonly Create[] {
  const made = attempts.findLast(
    ({ change, outcome, revision }) =>
      isKindThat(change, 'bringsUp') && outcome === 'succeeded' && revision === chosen?.revision,
  );
  if (chosen === undefined || made === undefined) return [];
  const { region } = chosen;
  const endMs = timeMs(made.ended);
  const entered = timings
    .map(({ step, at }) => ({ step, ms: timeMs(at) }))
    .filter(({ step, ms }) => step !== 'done' && ms <= endMs)
    .sort((a, b) => a.ms - b.ms);
  const [first] = entered;
  if (first === undefined) return [];
  const steps = entered.map(({ step, ms }, place) => {
    const seconds = ((entered[place + 1]?.ms ?? endMs) - ms) / 1000;
    return { step, region, seconds };
  });
  return [{ region, seconds: (endMs - first.ms) / 1000, steps }];
}

function costsOf(records: readonly AgentRecord[]): FleetFigures['costs'] {
  const sums = new Map<string, { currency: string; plan: string; monthly: number }>();
  for (const { cost, chosen, gone } of records) {
    if (cost === undefined || gone !== undefined) continue;
    const { currency } = cost;
    const plan = chosen?.plan ?? '';
    const key = JSON.stringify([currency, plan]);
    const monthly = (sums.get(key)?.monthly ?? 0) + cost.monthly;
    sums.set(key, { currency, plan, monthly });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}
