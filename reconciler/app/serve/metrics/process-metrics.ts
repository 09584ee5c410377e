/** The metrics of this process: intake, the watch for work, its last plan, and its memory. */
import { Counter, type Registry } from 'prom-client';
import type { PlanFigures } from '../../../core/plan/plan-figures.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { WriterFigures } from '../../../flows/intake/writer.ts';
import type { WatchFigures } from '../../../flows/reconcile/watch/run-watch.ts';
import { sampled, samplesOf } from './sampled.ts';

type ProcessFigures = {
  readonly intake: WriterFigures;
  readonly watch: WatchFigures;
};

/** The returned function shows the figures of this moment. */
export function createProcessMetrics(registry: Registry): (figures: ProcessFigures) => void {
  const gauge = (name: string, help: string) => sampled(registry, name, help);
  const count = (name: string, help: string) => total(registry, name, help);
  const pushes = count('aura_intake_pushes_total', 'Pushes to main by this process.');
  const reads = count('aura_intake_stripe_reads_total', 'Requests to Stripe.');
  const races = count('aura_intake_races_lost_total', 'Pushes that came too late.');
  const waiting = gauge('aura_intake_events_waiting', 'Events that are not committed yet.');
  const exceeded = gauge('aura_intake_push_budget_exceeded', 'Whether pushes exceed their budget.');
  const failures = gauge('aura_watch_failures', 'Looks for work that failed, in a row.');
  const dispatched = count('aura_runs_dispatched_total', 'Runs that this process dispatched.');
  const memory = gauge('process_resident_memory_bytes', 'Resident memory.');
  const cpu = count('process_cpu_seconds_total', 'CPU time of this process.');
  const showPlan = createPlanMetrics(registry);
  return ({ intake, watch }) => {
    pushes(intake.pushes);
    reads(intake.stripeReads);
    races(intake.racesLost);
    waiting([[{}, intake.eventsWaiting]]);
    exceeded([[{}, intake.pushBudgetExceeded ? 1 : 0]]);
    failures([[{}, watch.failures]]);
    dispatched(watch.dispatched);
    memory([[{}, process.memoryUsage().rss]]);
    const { user, system } = process.cpuUsage();
    cpu((user + system) / 1e6);
    showPlan(watch.plan);
  };
}

function createPlanMetrics(registry: Registry): (plan: PlanFigures | null) => void {
  const of = (name: string, help: string, labels: readonly string[] = []) =>
    sampled(registry, name, help, labels);
  const at = of('aura_plan_timestamp_seconds', "The reading of this process's last whole plan.");
  const changes = of('aura_plan_changes', 'Changes of that plan.', ['change']);
  const deferred = of('aura_plan_deferred', 'Changes that it defers.', ['change', 'limit']);
  const refused = of('aura_plan_refused', 'Changes that it refuses.', ['change', 'limit']);
  const orphans = of('aura_plan_orphans', 'Orphans that it found.', ['resource']);
  const found = of('aura_plan_resources', 'What it read.', ['kind']);
  const partial = of('aura_plan_partial', 'Whether its reading was partial.');
  return (plan) => {
    at(plan === null ? [] : [[{}, Math.round(timeMs(plan.at) / 1000)]]);
    changes(samplesOf(plan?.changes ?? []));
    deferred(samplesOf(plan?.deferred ?? []));
    refused(samplesOf(plan?.refused ?? []));
    orphans(samplesOf(plan?.orphans ?? []));
    found(plan === null ? [] : Object.entries(plan.counts).map(([kind, n]) => [{ kind }, n]));
    partial(plan === null ? [] : [[{}, plan.isPartial ? 1 : 0]]);
  };
}

/** A counter that is set to a total which is counted elsewhere. */
function total(registry: Registry, name: string, help: string): (value: number) => void {
  const counter = new Counter({ name, help, registers: [registry] });
  return (value) => {
    counter.reset();
    counter.inc(value);
  };
}
