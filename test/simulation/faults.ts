/** What goes wrong with calls: they fail, their answers are lost or lies, processes die in them. */
import type { Randomness } from '../../reconciler/cloud/randomness.ts';
import { Failure, type FailureReason } from '../../reconciler/core/failure.ts';
import type { FaultRequest } from '../fakes/process.ts';
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

const halvedServers: Trouble = () => ({
  port: 'cloud',
  method: 'servers',
  kind: 'lie',
  answer: halved,
});

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
  listingsLie: asked((random) => (lies[random.below(lies.length)] ?? halvedServers)(random)),
} as const satisfies Record<string, Strike>;

function asked(trouble: Trouble): Strike {
  return ({ world, random }) => {
    const request = trouble(random);
    world.fault(request);
    return `${request.port ?? 'any'}.${request.method ?? 'effect'} ${request.kind} ${request.nth ?? 1}`;
  };
}
