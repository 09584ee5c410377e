/**
 * Every way in which a flow can be interrupted: the process dies right before and right after each
 * of its effects, and the answer to each is lost. What must hold afterwards is up to the test.
 */
import { asFailure } from '../../reconciler/core/failure.ts';
import type { Fault } from './process.ts';
import type { FakeWorld } from './world.ts';

type Death = {
  readonly kind: 'die' | 'dieAfter' | 'lost' | 'fail';
  /** which effect of the flow, from 1 */
  readonly nth: number;
  /** e.g. `dieAfter 3: stacks.apply` */
  readonly name: string;
  /** what the flow threw; null where it continued */
  readonly thrown: unknown;
};
type DeathOptions = {
  /** a fresh world for each death */
  readonly world: () => FakeWorld | Promise<FakeWorld>;
  readonly flow: (world: FakeWorld) => Promise<unknown>;
  /** With a process restarted and no more faults; a throw names the death. */
  readonly after: (world: FakeWorld, death: Death) => Promise<unknown>;
  readonly kinds?: readonly Death['kind'][];
};

/** More effects than any flow under test has. */
const effectsMax = 500;

/** The number of deaths: a flow without effects has none, and proves nothing. */
export async function everyDeath(options: DeathOptions): Promise<number> {
  let deaths = 0;
  for (const kind of options.kinds ?? (['die', 'dieAfter', 'lost'] as const)) {
    for (let nth = 1; nth <= effectsMax; nth += 1) {
      const world = await options.world();
      world.calls.length = 0;
      const fault = world.fault({ kind, nth });
      const thrown = await thrownBy(() => options.flow(world));
      if (fault.fired === 0) {
        if (thrown !== null) throw thrown;
        break;
      }
      deaths += 1;
      await aftermath(options, world, { kind, nth, thrown, name: nameOf(fault, world) });
    }
  }
  return deaths;
}

async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
    return null;
  } catch (thrown) {
    return thrown;
  }
}

async function aftermath({ after }: DeathOptions, world: FakeWorld, death: Death): Promise<void> {
  world.calm();
  world.restart();
  try {
    await after(world, death);
  } catch (cause) {
    const { message } = asFailure(cause);
    throw new Error(`after ${death.name}: ${message}`, { cause });
  }
}

function nameOf({ request, struck }: Fault, world: FakeWorld): string {
  return `${request.kind} ${request.nth ?? 1}: ${struck ?? world.calls.at(-1) ?? 'nothing'}`;
}
