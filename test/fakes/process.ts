/**
 * A process that uses the ports, and its faults: a call fails, its answer is lost, the process dies
 * before or after it, the world changes right before it, or the answer is wrong. Once dead, every
 * further call throws `DeadProcess`, so that a caught error cannot continue.
 */
import { Failure } from '../../reconciler/core/failure.ts';
import type { StackRequest } from '../../reconciler/ports/stacks.ts';

/** Deliberately no Failure: a flow must not handle its own death. */
export class DeadProcess extends Error {
  override readonly name = 'DeadProcess';
  constructor() {
    super('this process is dead');
  }
}

export type PortName =
  | 'billing'
  | 'state'
  | 'files'
  /** `journal.fetch` and `journal.push` are what the journal does with git */
  | 'journal'
  | 'cloud'
  | 'tailnet'
  | 'states'
  | 'archive'
  | 'bundler'
  | 'stacks'
  | 'configurator'
  | 'keys'
  | 'forge'
  | 'mail'
  | 'customerMail'
  | 'clock'
  | 'log';

type Kind =
  /** the failure instead of the effect */
  | { readonly kind: 'fail'; readonly failure?: Failure }
  /** the effect, and then the failure instead of the answer */
  | { readonly kind: 'lost'; readonly failure?: Failure }
  | { readonly kind: 'die' }
  | { readonly kind: 'dieAfter' }
  /** something else happens right before the call */
  | { readonly kind: 'meanwhile'; readonly run: () => void | Promise<void> }
  /** the effect, and a wrong answer */
  | { readonly kind: 'lie'; readonly answer: (real: unknown) => unknown };

export type FaultRequest = Kind & {
  /** any effectful call of any port where absent */
  readonly port?: PortName;
  /** any method where absent: of a named port, its reads too */
  readonly method?: string;
  /** which of the matching calls, counted from 1; the first where absent */
  readonly nth?: number;
  /** how many in a row from there; one where absent */
  readonly times?: number;
  /** counts only calls with such arguments */
  readonly when?: (...args: readonly unknown[]) => boolean;
};
/** `fired` counts its uses: a fault that was never used proves nothing. */
export type Fault = {
  readonly request: FaultRequest;
  seen: number;
  fired: number;
  /** the last call that it hit, e.g. `state.push` */
  struck: string | null;
};

/** Calls that change something outside this process. */
export const effectful: ReadonlySet<string> = new Set([
  'billing.cancelSubscription',
  'billing.pauseCollection',
  'billing.resumeCollection',
  'billing.refundInvoice',
  'state.push',
  'state.createBranch',
  'state.deleteBranch',
  'journal.push',
  'cloud.powerOn',
  'cloud.powerOff',
  'cloud.protect',
  'cloud.setLabels',
  'cloud.deleteServer',
  'cloud.deletePrimaryIp',
  'cloud.deleteSshKey',
  'cloud.deleteSnapshot',
  'tailnet.createKey',
  'tailnet.createRunKey',
  'tailnet.revokeKey',
  'tailnet.rename',
  'tailnet.setTags',
  'tailnet.disableKeyExpiry',
  'tailnet.deleteDevice',
  'states.remove',
  'archive.put',
  'archive.putIf',
  'archive.remove',
  'stacks.import',
  'stacks.apply',
  'stacks.unlock',
  'configurator.enterTailnet',
  'configurator.ownHostKey',
  'configurator.configure',
  'configurator.join',
  'forge.propose',
  'forge.closeProposal',
  'forge.dispatch',
  'mail.send',
  'customerMail.send',
]);

const synchronous: ReadonlySet<string> = new Set([
  'billing.verify',
  'keys.newHostKey',
  'keys.newNonce',
  'cloud.budget',
  'forge.tokenEnds',
  'clock.now',
  'customerMail.statusLink',
  'log.debug',
  'log.info',
  'log.warn',
  'log.error',
]);

/** What outlives a process: pending faults and the effects that were begun. */
export type Ledger = { faults: Fault[]; readonly calls: string[] };

export type Process = {
  readonly alive: () => boolean;
  kill(): void;
  /** throws `DeadProcess` */
  check(): void;
};

export function createProcess(): Process {
  let alive = true;
  return {
    alive: () => alive,
    kill() {
      alive = false;
    },
    check() {
      if (!alive) throw new DeadProcess();
    },
  };
}

/** The port as this process sees it. */
export function guarded<Port extends object>(
  ledger: Ledger,
  process: Process,
  port: PortName,
  target: Port,
): Port {
  const seen: Record<string, unknown> = {};
  for (const [method, value] of Object.entries(target)) {
    seen[method] =
      typeof value === 'function'
        ? guardedMethod(ledger, process, { port, method }, value as Method)
        : value;
  }
  return seen as Port;
}

const iterables: ReadonlySet<string> = new Set(['billing.allSubscriptions', 'state.walk']);

type Method = (...args: readonly unknown[]) => unknown;
type Name = { readonly port: PortName; readonly method: string };

function guardedMethod(ledger: Ledger, process: Process, name: Name, work: Method): Method {
  const full = `${name.port}.${name.method}`;
  if (synchronous.has(full)) {
    return (...args) => {
      process.check();
      return work(...args);
    };
  }
  if (iterables.has(full)) {
    return (...args) =>
      iterated(work(...args) as AsyncIterable<unknown>, async (first) => {
        process.check();
        if (first) await suffer(ledger, process, name, { args, work: async () => null });
      });
  }
  return (...args) => suffer(ledger, process, name, { args, work });
}

async function suffer(
  ledger: Ledger,
  process: Process,
  name: Name,
  { args, work }: { readonly args: readonly unknown[]; readonly work: Method },
): Promise<unknown> {
  process.check();
  const fault = strike(ledger, name, args);
  if (fault?.kind === 'die') return die(process);
  if (fault?.kind === 'fail') throw failureOf(fault, name);
  if (fault?.kind === 'meanwhile') await fault.run();
  const call = callOf(name, args);
  if (effectful.has(call)) ledger.calls.push(call);
  let answer: unknown;
  try {
    answer = await work(...args);
  } catch (thrown) {
    process.check();
    if (fault?.kind === 'dieAfter') return die(process);
    throw thrown;
  }
  process.check();
  if (fault?.kind === 'dieAfter') return die(process);
  if (fault?.kind === 'lost') throw failureOf(fault, name);
  return fault?.kind === 'lie' ? fault.answer(answer) : answer;
}

/** The first fault that is due for this call; each that matches counts it. */
function strike(ledger: Ledger, name: Name, args: readonly unknown[]): FaultRequest | null {
  let found: Fault | null = null;
  for (const fault of ledger.faults) {
    const { request } = fault;
    if (!matches(request, name, args) || request.when?.(...args) === false) continue;
    fault.seen += 1;
    const from = request.nth ?? 1;
    if (fault.seen < from || fault.seen >= from + (request.times ?? 1)) continue;
    if (found === null) found = fault;
  }
  if (found === null) return null;
  found.fired += 1;
  found.struck = `${name.port}.${name.method}`;
  return found.request;
}

function matches(request: FaultRequest, name: Name, args: readonly unknown[]): boolean {
  const { port, method } = name;
  if (request.port === undefined && request.method === undefined)
    return effectful.has(callOf(name, args));
  return (request.port ?? port) === port && (request.method ?? method) === method;
}

/** A plan that begins with an import writes a state. */
function callOf({ port, method }: Name, [first]: readonly unknown[]): string {
  const isPlan = port === 'stacks' && method === 'plan';
  const imports = isPlan && (first as StackRequest).imports.length > 0;
  return imports ? 'stacks.import' : `${port}.${method}`;
}

function failureOf(fault: { readonly failure?: Failure }, { port, method }: Name): Failure {
  return (
    fault.failure ?? new Failure('NetworkUnreachable', `no answer to ${port}.${method} (a fault)`)
  );
}

function die(process: Process): never {
  process.kill();
  throw new DeadProcess();
}

async function* iterated(
  items: AsyncIterable<unknown>,
  before: (first: boolean) => Promise<void>,
): AsyncIterable<unknown> {
  await before(true);
  for await (const item of items) {
    await before(false);
    yield item;
  }
}
