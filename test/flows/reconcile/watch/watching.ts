/** Runs the service's watch over a world in memory, with a clock that only its waits move. */
import { createDueLook } from '../../../../reconciler/flows/reconcile/watch/due-look.ts';
import type { Look } from '../../../../reconciler/flows/reconcile/watch/look.ts';
import { createPlanLook } from '../../../../reconciler/flows/reconcile/watch/plan-look.ts';
import { createRunWatch } from '../../../../reconciler/flows/reconcile/watch/run-watch.ts';
import type { Ports } from '../../../../reconciler/ports/ports.ts';
import type { FakeWorld } from '../../../fakes/world.ts';

const minuteMs = 60_000;

/** What happens at a minute of the watch; `push` also tells the watch, as the webhook does. */
type Events = Readonly<Record<number, (push: () => void) => void>>;
type Watched = {
  /** reasons and minutes of all looks */
  readonly looks: readonly (readonly [reason: string, minute: number])[];
  /** why runs were dispatched */
  readonly dispatched: readonly string[];
};

export async function watchRuns(
  world: FakeWorld,
  minutes: number,
  options: {
    readonly events?: Events;
    readonly by?: 'plan' | 'records';
    /** of Hetzner; unknown by default */
    readonly budget?: Ports['cloud']['budget'];
    /** the workflow that a dispatch starts; none by default */
    readonly run?: () => Promise<unknown>;
  } = {},
): Promise<Watched> {
  const startMs = world.time.now();
  const endMs = startMs + minutes * minuteMs;
  const events = Object.entries(options.events ?? {}).map(([minute, what]) => {
    return { atMs: startMs + Number(minute) * minuteMs, what };
  });
  events.sort((a, b) => a.atMs - b.atMs);
  const looks: [string, number][] = [];
  let started = world.forge.dispatched.length;
  const clock = {
    now: () => world.time.now(),
    // Ends early at an event: the watch then computes its wait again.
    async wait(ms: number) {
      const untilMs = Math.min(clock.now() + ms, events[0]?.atMs ?? Number.POSITIVE_INFINITY);
      if (untilMs > endMs) return watch.end();
      world.advance(untilMs - clock.now());
      const now = events.filter(({ atMs }) => atMs <= untilMs);
      events.splice(0, now.length);
      for (const { what } of now) what(watch.pushed);
      if (world.forge.dispatched.length === started) return;
      started = world.forge.dispatched.length;
      await options.run?.();
    },
  };
  const { cloud } = world.ports;
  const budget = options.budget ?? cloud.budget;
  const ports = { ...world.ports, clock, cloud: { ...cloud, budget } };
  const look = options.by === 'records' ? createDueLook(ports) : createPlanLook(ports);
  const noted: Look = (reason, fromMs) => {
    looks.push([reason, Math.round((clock.now() - startMs) / 6000) / 10]);
    return look(reason, fromMs);
  };
  const watch = createRunWatch(ports, 'reconcile.yml', noted);
  const before = world.forge.dispatched.length;
  await watch.run();
  const since = world.forge.dispatched.slice(before);
  return {
    looks,
    dispatched: since.map(({ payload }) => JSON.parse(JSON.stringify(payload)).because),
  };
}
