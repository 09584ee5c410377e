/**
 * Turns Stripe's events into commits on `main`. An event is only a trigger: the subscription is
 * fetched as it is now, so repeated, late and reordered events do no harm. There is one writer:
 * events that arrive during a push go together in the next one.
 */

import type { IntakeTroubles } from '../../core/alarms/intake-alarms.ts';
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import { asFailure, type Failure } from '../../core/failure.ts';
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
  /**
   * Resolves once everything is pushed. A Failure means that the event has to be delivered again.
   */
  handle(event: VerifiedEvent): Promise<IntakeOutcome>;
  /** Reads a subscription again without an event, and writes what changed. */
  reread(subscription: string): Promise<readonly AgentOutcome[]>;
  /** Subscriptions whose files were written here and that were not read since; the oldest first. */
  unconfirmed(): readonly string[];
  figures(): WriterFigures;
  /** Fetches in advance what the first event needs. */
  prepare(): Promise<void>;
  /** Checks whether events could be handled now; `troubles` has the result. */
  look(): Promise<void>;
  troubles(): IntakeTroubles;
};
type IntakePorts = Pick<Ports, 'billing' | 'state' | 'clock' | 'log'>;
type IntakeOptions = {
  /** How long lost pushes are decided again before the event fails. */
  readonly deadlineMs?: number;
};

/** Below Stripe's timeout, after which it delivers again while we still write. */
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
        // An endpoint that sends only thin events changes nothing.
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
      // For any path it reads the whole history once.
      const readHistory = () => ports.state.lastRemoval('agents/none').then(() => null, asFailure);
      const failure = (await look()) ?? (await readHistory());
      // Events retry by themselves; a permanent failure is logged before the first event fails.
      if (failure !== null) logFailure(ports, {}, failure, 'intake is not ready yet');
    },
    look: async () => void (await look()),
    troubles: troubles.now,
  };
}

/** The event is of another account; a wrong key of ours is a failure of the tip. */
function isForeign(failure: Failure): boolean {
  return failure.reason === 'MisconfiguredAccount' && !isOfTip(failure);
}

/** An alarm was raised, and further deliveries would change nothing. */
function otherAccount({ message }: Failure): Ignored {
  return { kind: 'ignored', reason: 'OtherAccount', message };
}

/** Transient failures are warnings; those that need a person are errors. */
function logFailure({ log }: IntakePorts, of: object, failure: Failure, text: string): void {
  const { reason, errorClass, message } = failure;
  log[errorClass === 'transient' ? 'warn' : 'error']({ ...of, reason, errorClass, message }, text);
}
