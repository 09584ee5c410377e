/** The commands that end or restore an agent: they set, take over and lift tombstones. */

import { suspensionEndMs } from '../agent/access-times.ts';
import type { AgentSpec } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import type { Policy } from '../agent/policy.ts';
import { followsMoney } from '../agent/tombstone.ts';
import { nextRevision } from '../fleet/revisions.ts';
import { isoOf } from '../text/time.ts';
import {
  type CommandInput,
  type FieldChange,
  type Refused,
  refused,
  unchanged,
} from './command-decision.ts';
import { destroyedBy, isBeingRetired, lossOf } from './loss.ts';

/** Takes over an existing tombstone, keeping its time, so that the subscription is canceled. */
export function cancel(
  { record, policy, nowMs, command }: CommandInput,
  spec: AgentSpec,
): FieldChange {
  const { access, retired: before } = spec;
  if (access.state === 'ended') return unchanged(`its subscription ended at ${access.since}`);
  if (before?.by === 'customer') return unchanged(`it was canceled at ${before.at}`);
  const reason = command.reason ?? 'canceled by its customer';
  const retired = { ...before, at: before?.at ?? isoOf(nowMs), by: 'customer' as const, reason };
  const money =
    policy.refund.scope === 'none' ? '' : ', and what is left of the paid time is refunded';
  return {
    kind: 'fields',
    fields: { retired },
    subject: 'canceled by its customer',
    lost: lossOf(record),
    notes: [`after ${graceOf(policy)} its subscription is canceled at Stripe${money}`],
  };
}

/**
 * Takes over a tombstone that depends on payments, keeping its time, so that no payment lifts it.
 */
export function retire(
  { record, policy, nowMs, command }: CommandInput,
  spec: AgentSpec,
): FieldChange {
  const { access, retired: before } = spec;
  if (before !== undefined && !followsMoney(before))
    return unchanged(`it is retired by ${before.by} since ${before.at}`);
  const reason = command.reason ?? 'retired by an operator';
  return {
    kind: 'fields',
    fields: { retired: { at: before?.at ?? isoOf(nowMs), by: 'person', reason } },
    subject: 'retired',
    lost: lossOf(record),
    notes: [
      `reverting the commit within ${graceOf(policy)} keeps everything`,
      ...(access.state === 'ended' ? [] : ['its subscription goes on: end it at Stripe']),
    ],
  };
}

function graceOf({ retire: { graceHours } }: Policy): string {
  return graceHours === 1 ? 'an hour' : `${graceHours} hours`;
}

export function restore(input: CommandInput, spec: AgentSpec): FieldChange {
  const { record } = input;
  const { access, retired } = spec;
  if (retired === undefined) return unchanged('it is not retired');
  if (access.state === 'ended')
    return refused('Ended', `its subscription ended at ${access.since}; it takes a new one`);
  const suspension = whileSuspended(input, spec);
  if (suspension.kind === 'refused') return suspension;
  const lost = destroyedBy(retired, record);
  const under = isBeingRetired(record)
    ? ['its retirement is under way: whether its data survived is seen once that has ended']
    : [];
  if (lost === null) {
    const notes = [...under, ...suspension.notes];
    return { kind: 'fields', fields: { retired: undefined }, subject: 'restored', notes };
  }
  const revision = nextRevision(spec.revision, record);
  return {
    kind: 'fields',
    fields: { retired: undefined, revision },
    subject: `restored with a new VM as revision ${revision}; its data is gone`,
    lost,
    notes: ['a new VM is made: nothing brings its data back', ...suspension.notes],
  };
}

type WhileSuspended = Refused | { readonly kind: 'may'; readonly notes: readonly string[] };

/** Refuses to restore an agent that the next resync would retire again. */
function whileSuspended({ policy, nowMs }: CommandInput, spec: AgentSpec): WhileSuspended {
  const endMs = suspensionEndMs(spec.access, policy);
  if (endMs === null) return { kind: 'may', notes: [] };
  const heldMs = heldUntilMs(spec, policy, nowMs) ?? nowMs;
  const untilMs = Math.max(endMs, heldMs);
  if (untilMs > nowMs) {
    const note = `its access is suspended: unless that ends, a resync retires it again from ${isoOf(untilMs)} on`;
    return { kind: 'may', notes: [note] };
  }
  const { since } = spec.access;
  return refused(
    'Suspended',
    `its access has been suspended since ${since}, longer than the policy allows: the next resync would retire it again. A payment restores it by itself; a hold written into its file first keeps it for up to ${policy.hold.daysMax} days`,
  );
}
