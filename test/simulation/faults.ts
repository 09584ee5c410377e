/** What goes wrong with a world: calls that fail, answers that are lost or lies, processes that die. */
import type { Randomness } from '../../reconciler/cloud/randomness.ts';
import { Failure, type FailureReason } from '../../reconciler/core/failure.ts';
import type { FaultRequest } from '../fakes/process.ts';
import type { FakeWorld } from '../fakes/world.ts';

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
  ['configurator', 'configure'],
  ['configurator', 'join'],
  ['configurator', 'healthy'],
  ['configurator', 'waitForBoot'],
  ['stacks', 'apply'],
  ['stacks', 'plan'],
  ['cloud', 'server'],
  ['cloud', 'serverByName'],
  ['cloud', 'servers'],
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

const lies: readonly Trouble[] = [
  () => ({ port: 'cloud', method: 'servers', kind: 'lie', answer: () => nothing() }),
  () => ({ port: 'tailnet', method: 'devices', kind: 'lie', answer: () => nothing() }),
  () => ({ port: 'states', method: 'list', kind: 'lie', answer: () => nothing() }),
  () => ({ port: 'cloud', method: 'servers', kind: 'lie', answer: halved }),
];

function nothing() {
  return { items: [], partial: [] };
}

/** Says itself that it is not whole. */
function halved(real: unknown) {
  const { items } = real as { readonly items: readonly unknown[] };
  const source = 'servers';
  return { items: items.slice(0, items.length / 2), partial: [{ source, detail: 'page 2' }] };
}

const troubles: readonly (readonly [weight: number, trouble: Trouble])[] = [
  [4, (random) => ({ kind: 'die', nth: 1 + random.below(25) })],
  [4, (random) => ({ kind: 'dieAfter', nth: 1 + random.below(25) })],
  [4, (random) => ({ kind: 'lost', nth: 1 + random.below(25), times: 1 + random.below(2) })],
  [4, (random) => ({ kind: 'fail', nth: 1 + random.below(25), failure: someFailure(random) })],
  [
    8,
    (random) => {
      const [port, method] = calls[random.below(calls.length)] ?? calls[0];
      const times = 1 + random.below(3);
      return {
        port,
        method,
        kind: 'fail',
        nth: 1 + random.below(4),
        times,
        failure: someFailure(random),
      };
    },
  ],
  [2, (random) => (lies[random.below(lies.length)] ?? halvedServers)(random)],
];
const halvedServers: Trouble = () => ({
  port: 'cloud',
  method: 'servers',
  kind: 'lie',
  answer: halved,
});
const weights = troubles.reduce((sum, [weight]) => sum + weight, 0);

/** Something goes wrong in the next tick, or with what Hetzner has to sell; what it is. */
export function strike(world: FakeWorld, random: Randomness): string {
  const kind = random.below(12);
  if (kind === 0) {
    world.project.soldOut.add(`cpx12/${['fsn1', 'nbg1', 'hel1'][random.below(3)]}`);
    return 'sold out';
  }
  if (kind === 1) {
    const mishaps = ['stateNotWritten', 'tainted', 'killedMidway'] as const;
    world.terraform.mishaps.push(mishaps[random.below(3)] ?? 'tainted');
    return `terraform ${world.terraform.mishaps.at(-1)}`;
  }
  let place = random.below(weights);
  for (const [weight, trouble] of troubles) {
    if (place < weight) {
      const request = trouble(random);
      world.fault(request);
      return `${request.port ?? 'any'}.${request.method ?? 'effect'} ${request.kind} ${request.nth ?? 1}`;
    }
    place -= weight;
  }
  return 'nothing';
}

export function calm(world: FakeWorld): void {
  world.calm();
  world.project.soldOut.clear();
  world.terraform.mishaps.length = 0;
}
