/** Faults of calls: they fail, their answers are lost or wrong, processes die in them. */
import type { Randomness } from '../../local-cloud/randomness.ts';
import { Failure, type FailureReason } from '../../reconciler/core/failure.ts';
import { isImplausible } from '../../reconciler/core/fleet/plausible.ts';
import { unsaidEnd } from '../../reconciler/core/fleet/server-facts.ts';
import { recordsWithServers } from '../fakes/at-commit.ts';
import type { FaultRequest } from '../fakes/process.ts';
import type { FakeWorld } from '../fakes/world.ts';
import type { Strike } from './strike.ts';

type Trouble = (random: Randomness) => FaultRequest;

const reasons: readonly FailureReason[] = [
  'NetworkUnreachable',
  'RateLimited',
  'ProviderOutage',
  'ApplyFailed',
  'Conflict',
  'Unauthorized',
];

function someFailure(random: Randomness): Failure {
  const reason = reasons[random.below(reasons.length)] ?? 'NetworkUnreachable';
  return new Failure(reason, `a fault: ${reason}`);
}

const calls = [
  ['configurator', 'ownHostKey'],
  ['configurator', 'showsHostKey'],
  ['configurator', 'configure'],
  ['configurator', 'join'],
  ['configurator', 'healthy'],
  ['configurator', 'waitForBoot'],
  ['stacks', 'apply'],
  ['stacks', 'plan'],
  ['cloud', 'server'],
  ['cloud', 'serverByName'],
  ['cloud', 'servers'],
  ['cloud', 'offers'],
  ['cloud', 'primaryIps'],
  ['cloud', 'setLabels'],
  ['cloud', 'powerOff'],
  ['tailnet', 'devices'],
  ['tailnet', 'createKey'],
  ['states', 'list'],
  ['state', 'fetch'],
  ['state', 'stop'],
  ['journal', 'push'],
  ['forge', 'runState'],
] as const;

type Answer = { readonly items: readonly { readonly id: string }[] };

const lies: readonly ((world: FakeWorld) => FaultRequest)[] = [
  (world) => ({ port: 'cloud', method: 'servers', kind: 'lie', answer: hiding(world, nothing) }),
  () => ({ port: 'tailnet', method: 'devices', kind: 'lie', answer: nothing }),
  () => ({ port: 'states', method: 'list', kind: 'lie', answer: nothing }),
  (world) => ({ port: 'cloud', method: 'servers', kind: 'lie', answer: hiding(world, halved) }),
];

function nothing() {
  return { items: [], partial: [] };
}

/** Reports itself as incomplete. */
function halved(real: unknown) {
  const { items } = real as Answer;
  return { items: items.slice(0, items.length / 2), partial: ['page 2'] };
}

/** Notes where no run may trust it: it is reported as incomplete, or cannot be. */
function hiding(world: FakeWorld, lie: (real: unknown) => ReturnType<typeof halved>) {
  return (real: unknown) => {
    const said = lie(real);
    const there = new Set(said.items.map(({ id }) => id));
    // An unrecorded end is disproved by a look by id alone, where that is not denied.
    const isThere = (id: string) => world.project.servers.has(id) && world.unkind.lists(id);
    const live = recordsWithServers(world.git)
      .filter((one) => unsaidEnd(one) === null || isThere(one.server?.id ?? ''))
      .map(({ server }) => server?.id ?? '');
    const hidden = live.filter((id) => !there.has(id));
    if (said.partial.length > 0 || isImplausible(hidden.length, live.length, world.policy))
      world.unkind.unbelievable += 1;
    return said;
  };
}

const inSome = (kind: 'die' | 'dieAfter') =>
  asked((random) => ({ kind, nth: 1 + random.below(25) }));

/** By the names of behaviours. */
export const callFaults = {
  diesBefore: inSome('die'),
  diesAfter: inSome('dieAfter'),
  answersLost: asked((random) => ({
    kind: 'lost',
    nth: 1 + random.below(25),
    times: 1 + random.below(2),
  })),
  effectsFail: asked((random) => ({
    kind: 'fail',
    nth: 1 + random.below(25),
    failure: someFailure(random),
  })),
  callsFail: asked((random) => {
    const [port, method] = calls[random.below(calls.length)] ?? calls[0];
    const times = 1 + random.below(3);
    const nth = 1 + random.below(4);
    return { port, method, kind: 'fail', nth, times, failure: someFailure(random) };
  }),
  listingsLie: ({ world, random }) => {
    const lie = lies[random.below(lies.length)];
    return lie === undefined ? null : begin(world, lie(world));
  },
} as const satisfies Record<string, Strike>;

function asked(trouble: Trouble): Strike {
  return ({ world, random }) => begin(world, trouble(random));
}

function begin(world: FakeWorld, request: FaultRequest): string {
  world.fault(request);
  return `${request.port ?? 'any'}.${request.method ?? 'effect'} ${request.kind} ${request.nth ?? 1}`;
}
