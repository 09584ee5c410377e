/**
 * Computes Stripe's part of an agent's file: `desire(file, subscription) → file`.
 *
 * | file | subscription | result |
 * |---|---|---|
 * | valid | any | plan and access as Stripe has them; not written if unchanged |
 * | valid, not ended | ended | the same commit adds the tombstone, unless there is one |
 * | valid, retired by stripe | not ended | the same commit lifts the tombstone: cause `lifted` |
 * | valid, retired by finalize | granted | the same commit lifts the tombstone: cause `lifted` |
 * | valid, retired by a person or the customer | any | the tombstone stays; with granted access it is an alert |
 * | invalid | any | frozen until a person repairs it |
 * | none | no access, or no plan | nothing |
 * | none, never existed | granted, one plan | created |
 * | none, removed by finalize | granted, one plan | nothing: that agent was finalized |
 * | none, removed otherwise | granted, one plan | restored with a tombstone that cites the removal |
 *
 * A report of a bank that is new in the file may isolate the agent in the same commit
 * (core/billing/isolation-by). If a subscription is ambiguous, the file keeps its values and gets an issue. Text from Stripe's
 * metadata is never written to a file: it only selects one of the catalog's regions.
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
import { isolationBy, isolationWord } from './isolation-by.ts';
import { type PlanIssue, planOf, regionIssues, regionOf } from './purchase.ts';
import { type RestoringCommit, restoration } from './restoration.ts';

export type DesireInput = {
  /** the agent's file at the tip of `main`; null if there is none */
  readonly file: FileText | null;
  /** fetched after that tip */
  readonly subscription: BilledSubscription;
  readonly catalog: Catalog;
  readonly policy: Policy;
  readonly nowMs: number;
  /** for a missing file: the last removal of its path; null if the path never existed */
  readonly removal: FileRemoval | null;
};
export type FileRemoval = {
  readonly commit: string;
  /** whether finalize removed it, confirmed by branch `status` */
  readonly own: boolean;
  readonly agentsRemoved: number;
  /** the file before the removal; null if history does not have it */
  readonly text: string | null;
};

type OfAgent = { readonly agent: AgentId; readonly path: string };
export type Desire = OfAgent &
  (
    | {
        readonly kind: 'write';
        readonly text: string;
        readonly cause: 'created' | 'ended' | 'lifted' | 'isolated' | 'access' | 'plan' | 'issues';
        readonly subject: string;
        readonly body: string;
        readonly issues: readonly AccessIssue[];
        /** whether it isolates the agent, by the policy */
        readonly isolates: boolean;
        /** whether the agent is now paid for but retired (core/agent/tombstone) */
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
  // A change of plan with the end of access would resize a server that is about to be ended.
  const follows = plan.ok && access.state !== 'ended';
  const fields = { customer: spec.customer, plan: follows ? plan.plan : spec.plan, access };
  const issues = access.issues ?? [];
  const change = tombstoneChange(spec, subscription, access);
  // Most files are up to date: their text is not parsed for an edit that changes nothing.
  const followed = hasStripeFields(spec, fields) ? file.text : withStripeFields(file.text, fields);
  const retired = change?.kind === 'lifted' ? undefined : (change ?? spec).retired;
  const isolated = isolationBy(input.policy, { before: spec, after: access }, input.nowMs);
  const peoples = { ...(change && { retired }), ...(isolated && { isolated }) };
  const isEdited = change !== null || isolated !== null;
  const text = isEdited ? withPeopleFields(followed, peoples) : followed;
  if (text === file.text) return { ...place, kind: 'unchanged' };
  const isolation = isolationWord({ before: spec, after: access }, isolated);
  const said = subjectOf(spec, fields, { tombstone: change, isolation });
  return {
    ...place,
    kind: 'write',
    text: checked(place.path, text),
    cause: said.cause,
    subject: `${place.agent}: ${said.words.join(', ')}`,
    body: bodyOf(subscription, change),
    issues,
    isolates: isolated !== null,
    paidButRetired: paidButRetiredSince({ access, ...(retired && { retired }) }) !== null,
  };
}

/** A tombstone is added only when access ends, and lifted if its cause no longer holds. */
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
  const isolated = isolationBy(input.policy, { before: null, after: access }, input.nowMs);
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
      ...(isolated === null ? {} : { isolated }),
    },
  };
  return {
    ...place,
    kind: 'write',
    text: checked(place.path, renderAgent(agent)),
    cause: 'created',
    subject: `${place.agent}: created, ${plan.plan} in ${region}${isolated === null ? '' : ', isolated'}`,
    body: bodyOf(subscription),
    issues: access.issues ?? [],
    isolates: isolated !== null,
    paidButRetired: false,
  };
}

/** Restores the file as finalize would; a removal that needs a person is left to finalize. */
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

/** Refuses to write a file that would be invalid, because that would freeze its agent. */
function checked(path: string, text: string): string {
  const parsed = parseAgentFile({ path, oid: '', text });
  if (parsed.kind === 'valid') return text;
  const why = parsed.problems.map(({ field, message }) => `${field} ${message}`).join('; ');
  // A retry does not help, and other agents are not affected.
  const own = { errorClass: 'stalled', scope: 'agent' } as const;
  throw new Failure('UnexpectedAnswer', `what Stripe says makes no valid agent file: ${why}`, own);
}
