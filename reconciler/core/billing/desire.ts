/**
 * Stripe's side of an agent's file: `desire(file, subscription) → file`.
 *
 * | file | subscription | what becomes of the file |
 * |---|---|---|
 * | valid | any | customer's plan and access as Stripe has them; unchanged is not written |
 * | valid, not ended | ended | the same commit adds the tombstone, unless there is one |
 * | valid, retired by stripe | not ended | the same commit lifts the tombstone: cause `lifted` |
 * | valid, retired by finalize | granted | the same commit lifts the tombstone: cause `lifted` |
 * | valid, retired by a person or the customer | any | the tombstone stays; over granted access it is an alert |
 * | invalid | any | frozen: a person repairs it first |
 * | none | no access, or no plan | nothing |
 * | none, never was | granted, one plan | created |
 * | none, removed by finalize | granted, one plan | nothing: that agent was finalized |
 * | none, removed otherwise | granted, one plan | comes back with a tombstone that cites the removal |
 *
 * What is odd about a subscription keeps the file's own values and becomes an issue in it. Text from
 * Stripe's metadata never reaches a file: it only chooses among the catalog's regions.
 */

import {
  type Access,
  type AccessIssue,
  type Agent,
  type AgentId,
  agentIdOf,
  agentPath,
  type Problem,
  type Retired,
} from '../agent/agent.ts';
import {
  hasStripeFields,
  parseAgentFile,
  renderAgent,
  withPeopleFields,
  withRetired,
  withStripeFields,
} from '../agent/agent-file.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { FileText } from '../agent/document.ts';
import type { Policy } from '../agent/policy.ts';
import { paidButRetiredSince, tombstoneHolds } from '../agent/tombstone.ts';
import { Failure } from '../failure.ts';
import { isoOf } from '../text/time.ts';
import type { BilledSubscription } from './billing.ts';
import { bodyOf, subjectOf, type TombstoneChange } from './desire-message.ts';
import { type EntitlementInput, entitlementOf } from './entitlement.ts';
import { type PlanIssue, planOf, regionIssues, regionOf } from './purchase.ts';
import { type RestoringCommit, restoration } from './restoration.ts';

export type DesireInput = {
  /** the agent's file at the tip of `main`; null where there is none */
  readonly file: FileText | null;
  /** fetched after that tip */
  readonly subscription: BilledSubscription;
  readonly catalog: Catalog;
  readonly policy: Policy;
  readonly nowMs: number;
  /** for a missing file: the last removal of its path; null where the path never was */
  readonly removal: FileRemoval | null;
};
export type FileRemoval = {
  readonly commit: string;
  /** finalize removed it, as branch `status` bears out */
  readonly own: boolean;
  readonly agentsRemoved: number;
  /** the file as it stood before; null where history does not hold it */
  readonly text: string | null;
};

type OfAgent = { readonly agent: AgentId; readonly path: string };
export type Desire = OfAgent &
  (
    | {
        readonly kind: 'write';
        readonly text: string;
        readonly cause: 'created' | 'ended' | 'lifted' | 'access' | 'plan' | 'issues';
        readonly subject: string;
        readonly body: string;
        readonly issues: readonly AccessIssue[];
        /** the file now says: paid for, and retired by a person or by its customer before */
        readonly paidButRetired: boolean;
      }
    | { readonly kind: 'restore'; readonly commits: readonly RestoringCommit[] }
    | { readonly kind: 'unchanged' }
    | { readonly kind: 'nothing'; readonly reason: NothingReason }
    | { readonly kind: 'frozen'; readonly problems: readonly Problem[] }
  );
export type NothingReason = 'NoAccess' | PlanIssue | 'Finalized' | 'RemovalUnclear';

export function desire(input: DesireInput): Desire {
  const { file, subscription, policy } = input;
  if (subscription.livemode !== policy.stripe.livemode) {
    const mode = subscription.livemode ? 'live' : 'test';
    throw new Failure('MisconfiguredAccount', `${subscription.id} is of Stripe's ${mode} mode`);
  }
  const agent = agentIdOf(subscription.id);
  const place = { agent, path: agentPath(agent) };
  return file === null ? ofMissing(input, place) : ofFile({ ...input, file }, place);
}

// ---------------------------------------------------------------- a file that is there

function ofFile(input: DesireInput & { readonly file: FileText }, place: OfAgent): Desire {
  const { file, subscription } = input;
  const parsed = parseAgentFile(file);
  if (parsed.kind === 'invalid') return { ...place, kind: 'frozen', problems: parsed.problems };
  const { spec } = parsed.agent;
  if (spec.subscription !== subscription.id)
    throw new Failure('Conflict', `${file.path} belongs to ${spec.subscription}`);
  const plan = planOf(input.catalog, subscription);
  const access = accessOf(input, spec.access, [
    ...(plan.ok ? [] : [plan.issue]),
    ...regionIssues(input.catalog, subscription, spec.region),
    ...(spec.customer === subscription.customer ? [] : (['CustomerDiffers'] as const)),
  ]);
  // A plan that changed on the way to the end would resize what is about to go.
  const follows = plan.ok && access.state !== 'ended';
  const fields = { customer: spec.customer, plan: follows ? plan.plan : spec.plan, access };
  const issues = access.issues ?? [];
  const change = tombstoneChange(spec, subscription, access);
  // Most files say already what Stripe says: their text is not parsed for an edit that changes nothing.
  const followed = hasStripeFields(spec, fields) ? file.text : withStripeFields(file.text, fields);
  const text = withTombstone(followed, change);
  if (text === file.text) return { ...place, kind: 'unchanged' };
  const said = subjectOf(spec, fields, change);
  const retired = change?.kind === 'lifted' ? undefined : spec.retired;
  return {
    ...place,
    kind: 'write',
    text: checked(place.path, text),
    cause: said.cause,
    subject: `${place.agent}: ${said.words.join(', ')}`,
    body: bodyOf(subscription, change),
    issues,
    paidButRetired: paidButRetiredSince({ access, ...(retired && { retired }) }) !== null,
  };
}

/**
 * One is added with the end of access and then only; one that follows the money goes with its cause.
 */
function tombstoneChange(
  spec: Agent['spec'],
  subscription: BilledSubscription,
  access: Access,
): TombstoneChange | null {
  const { retired } = spec;
  if (retired !== undefined)
    return tombstoneHolds(retired, access.state) ? null : { kind: 'lifted', retired };
  const ends = access.state === 'ended' && spec.access.state !== 'ended';
  return ends ? { kind: 'added', retired: tombstone(subscription, access) } : null;
}

function withTombstone(text: string, change: TombstoneChange | null): string {
  if (change === null) return text;
  return change.kind === 'lifted'
    ? withPeopleFields(text, { retired: undefined })
    : withRetired(text, change.retired);
}

function tombstone(subscription: BilledSubscription, access: Access): Retired {
  const expired = subscription.status === 'incomplete_expired';
  const reason = expired
    ? 'the first payment of its subscription never came'
    : 'its subscription was canceled';
  return { at: access.since, by: 'stripe', reason };
}

// ---------------------------------------------------------------- no file

function ofMissing(input: DesireInput, place: OfAgent): Desire {
  const { subscription, catalog, removal } = input;
  const nothing = (reason: NothingReason): Desire => ({ ...place, kind: 'nothing', reason });
  const { region, issues: oddities } = regionOf(catalog, subscription);
  const access = accessOf(input, null, oddities);
  const plan = planOf(catalog, subscription);
  if (access.state !== 'granted') return nothing('NoAccess');
  if (!plan.ok) return nothing(plan.issue);
  if (removal !== null) return ofRemoved({ ...input, removal }, place);
  const agent: Agent = {
    apiVersion: 'aura.dev/v1',
    kind: 'Agent',
    metadata: { name: place.agent, createdAt: isoOf(subscription.created * 1000) },
    spec: {
      subscription: subscription.id,
      customer: subscription.customer,
      plan: plan.plan,
      access,
      region,
      power: 'running',
      revision: 1,
    },
  };
  return {
    ...place,
    kind: 'write',
    text: checked(place.path, renderAgent(agent)),
    cause: 'created',
    subject: `${place.agent}: created, ${plan.plan} in ${region}`,
    body: bodyOf(subscription),
    issues: access.issues ?? [],
    paidButRetired: false,
  };
}

/**
 * The file comes back as finalize would bring it back; what finalize would ask a person, is left alone.
 */
function ofRemoved(
  { removal, nowMs }: DesireInput & { readonly removal: FileRemoval },
  place: OfAgent,
): Desire {
  const { commit, own, agentsRemoved, text } = removal;
  if (own) return { ...place, kind: 'nothing', reason: 'Finalized' };
  const isClear =
    agentsRemoved === 1 &&
    text !== null &&
    parseAgentFile({ path: place.path, oid: '', text }).kind === 'valid';
  if (!isClear) return { ...place, kind: 'nothing', reason: 'RemovalUnclear' };
  const commits = restoration({ ...place, commit, text }, isoOf(nowMs));
  return { ...place, kind: 'restore', commits };
}

function accessOf(
  { subscription, policy: { entitlement }, nowMs }: DesireInput,
  before: Access | null,
  oddities: EntitlementInput['oddities'],
): Access {
  return entitlementOf({ subscription, before, entitlement, nowMs, oddities });
}

/** A file that could not be read again would freeze its agent: better to write nothing. */
function checked(path: string, text: string): string {
  const parsed = parseAgentFile({ path, oid: '', text });
  if (parsed.kind === 'valid') return text;
  const why = parsed.problems.map(({ field, message }) => `${field} ${message}`).join('; ');
  // No other delivery and no other agent changes that.
  const own = { errorClass: 'stalled', scope: 'agent' } as const;
  throw new Failure('UnexpectedAnswer', `what Stripe says makes no valid agent file: ${why}`, own);
}
