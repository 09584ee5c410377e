/**
 * Stripe's events become commits on `main`. An event only triggers: the subscription is fetched as it
 * is now, whatever the event said, so that events which come twice, late or out of order do no harm.
 * There is one writer: events that come while it writes wait, and go together in the next push.
 */
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import { asFailure, type Failure } from '../../core/failure.ts';
import type { IntakeTroubles } from '../../core/status/intake-alarms.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Ignored, ignoredOf } from './events.ts';
import { type AgentOutcome, logOddities } from './outcome.ts';
import { isOfTip } from './tip.ts';
import { createTroubles } from './troubles.ts';
import { createWriter, type WriterFigures } from './writer.ts';

export type IntakeOutcome =
  | Ignored
  | { readonly kind: 'handled'; readonly agents: readonly AgentOutcome[] };

export type Intake = {
  /** Resolves once everything is on the server. A Failure means: deliver the event again. */
  handle(event: VerifiedEvent): Promise<IntakeOutcome>;
  /** Reads a subscription again, without an event, and follows what Stripe says. */
  reread(subscription: string): Promise<readonly AgentOutcome[]>;
  /** Subscriptions whose files were written here, and that were not read since; the oldest first. */
  unconfirmed(): readonly string[];
  figures(): WriterFigures;
  /** Fetches what the first event would have to wait for. */
  prepare(): Promise<void>;
  /** Looks whether events could be handled now; what it finds is in `troubles`. */
  look(): Promise<void>;
  troubles(): IntakeTroubles;
};
type IntakePorts = Pick<Ports, 'billing' | 'state' | 'clock' | 'log'>;
type IntakeOptions = {
  /** How long lost pushes are decided again before Stripe has to deliver again. */
  readonly deadlineMs?: number;
};

/** Below the patience of Stripe, which then would deliver again while we still write. */
const deadlineMsDefault = 20_000;

export function createIntake(ports: IntakePorts, options: IntakeOptions = {}): Intake {
  const writer = createWriter(ports, options.deadlineMs ?? deadlineMsDefault);
  const troubles = createTroubles(ports.clock);

  async function look(): Promise<Failure | null> {
    const failure = await writer.check().then(() => null, asFailure);
    troubles.looked(failure);
    return failure;
  }

  return {
    async handle(event) {
      const ignored = ignoredOf(event);
      const of = { event: event.id, type: event.type };
      if (ignored !== null) {
        // Nothing of an endpoint that sends only these would ever be followed.
        const level = ignored.reason === 'ThinEvent' ? 'warn' : 'info';
        ports.log[level]({ ...of, reason: ignored.reason }, `event ignored: ${ignored.message}`);
        return ignored;
      }
      try {
        const agents = await writer.write(event);
        ports.log.info({ ...of, agents }, 'event handled');
        logOddities(ports.log, of, agents);
        troubles.handled(event);
        return { kind: 'handled', agents };
      } catch (thrown) {
        const failure = asFailure(thrown);
        logFailure(ports, of, failure, 'event not handled; it has to be delivered again');
        if (!isForeign(failure)) troubles.failed(event, failure);
        else if (troubles.foreign(event)) return otherAccount(failure);
        throw failure;
      }
    },
    async reread(subscription) {
      const agents = await writer.reread(subscription);
      if (agents.some(({ did }) => did === 'written' || did === 'restored'))
        ports.log.info({ subscription, agents }, 'a subscription that was read again had changed');
      logOddities(ports.log, { subscription }, agents);
      return agents;
    },
    unconfirmed: writer.unconfirmed,
    figures: writer.figures,
    async prepare() {
      // Asked about any path, it reads all of history once.
      const readHistory = () => ports.state.lastRemoval('agents/none').then(() => null, asFailure);
      const failure = (await look()) ?? (await readHistory());
      // An event tries again; what none can heal, people should hear of before the first one fails.
      if (failure !== null) logFailure(ports, {}, failure, 'intake is not ready yet');
    },
    look: async () => void (await look()),
    troubles: troubles.now,
  };
}

/** The event's own: that our key is of another account is found before any event is looked at. */
function isForeign(failure: Failure): boolean {
  return failure.reason === 'MisconfiguredAccount' && !isOfTip(failure);
}

/** An alarm was raised; delivered for three days more the event would change nothing. */
function otherAccount({ message }: Failure): Ignored {
  return { kind: 'ignored', reason: 'OtherAccount', message };
}

/** What heals by itself is a warning; what a person has to see to is an error. */
function logFailure({ log }: IntakePorts, of: object, failure: Failure, text: string): void {
  const { reason, errorClass, message } = failure;
  log[errorClass === 'transient' ? 'warn' : 'error']({ ...of, reason, errorClass, message }, text);
}
