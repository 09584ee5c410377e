/**
 * Every moment at which a flow can be stopped: right after each of its effects was let through.
 * What it begins after that is an error.
 */
import { canonicalJson } from '../../reconciler/core/agent/digest.ts';
import { labelNames } from '../../reconciler/core/fleet/observed.ts';
import { isPaused } from '../simulation/operators.ts';
import type { FakeWorld } from './world.ts';

type HaltOptions = {
  /** a fresh world for each halt */
  readonly world: () => FakeWorld | Promise<FakeWorld>;
  readonly flow: (world: FakeWorld) => Promise<unknown>;
  /** the reason of the halt; a stop where absent */
  readonly by?: (world: FakeWorld) => void;
};
type Halts = {
  readonly count: number;
  /** e.g. `3: stacks.apply, then cloud.protect`; writes of records and closing calls are none */
  readonly beyond: readonly string[];
};

/** More effects than any flow under test has. */
const effectsMax = 500;

export async function everyHalt({ world: make, flow, by = halt }: HaltOptions): Promise<Halts> {
  const beyond: string[] = [];
  for (let nth = 1; nth <= effectsMax; nth += 1) {
    const world = await make();
    world.calls.length = 0;
    tellClosings(world);
    let begun = Number.POSITIVE_INFINITY;
    const fault = world.fault({
      kind: 'meanwhile',
      nth,
      run() {
        begun = world.calls.length;
        by(world);
      },
    });
    await flow(world);
    if (fault.fired === 0) return { count: nth - 1, beyond };
    const [last = '', ...after] = world.calls.slice(begun);
    const effects = after.filter((call) => !call.startsWith('journal.') && !ends.has(call));
    if (effects.length > 0) beyond.push(`${nth}: ${last}, then ${effects.join(' ')}`);
  }
  throw new Error(`more than ${effectsMax} effects`);
}

/** Effects that end something continue under a stop. */
const closing = 'cloud.setLabels: port 22 closes';
const ends: ReadonlySet<string> = new Set([closing, 'tailnet.revokeKey']);

/**
 * A write of labels that removes nothing but the bootstrap label has a name of its own; a server
 * that ran gets its label by it.
 */
function tellClosings({ ports, project, calls }: FakeWorld): void {
  const { setLabels } = ports.cloud;
  Object.assign(ports.cloud, {
    async setLabels(id: string, labels: Readonly<Record<string, string>>) {
      const { [labelNames.bootstrap]: isOpen, ...rest } = project.servers.get(id)?.labels ?? {};
      const marked = (some: object) => canonicalJson({ ...some, [labelNames.ran]: '1' });
      const closes = isOpen !== undefined && marked(rest) === marked(labels);
      const place = calls.length;
      await setLabels(id, labels);
      if (closes) calls[place] = closing;
    },
  });
}

function halt(world: FakeWorld): void {
  world.git.halt('just now');
}

/** A person pauses the fleet by its policy. */
export function pause(world: FakeWorld): void {
  if (isPaused(world)) return;
  const text = world.git.text('policy.yaml') ?? '';
  const since = new Date(world.time.now()).toISOString();
  world.git.commit('Pause', {
    'policy.yaml': `${text}pause: {reason: an audit, since: "${since}"}\n`,
  });
}
