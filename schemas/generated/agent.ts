// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

export type Name = string

/**
 * The desired state of one agent, set by Stripe and people. One file for each agent, at agents/<1st>/<2nd>/<id>.yaml.
 */
export interface AgentDocument {
apiVersion: "aura.dev/v1"
kind: "Agent"
metadata: {
name: string
createdAt: string
}
spec: {
subscription: string
/**
 * Stripe's id, or one that the merchant chose.
 */
customer: string
plan: Name
access: {
state: ("granted" | "suspended" | "ended")
since: string
until?: string
/**
 * Since when a payment is due. The policy's grace counts from this time; the field is removed once the subscription is paid again.
 */
owedSince?: string
/**
 * @maxItems 20
 */
issues?: ("PlanUnknown" | "PlanAmbiguous" | "QuantityUnsupported" | "RegionUnknown" | "RegionDiffers" | "CustomerDiffers" | "PaymentPastDue" | "PaymentUnpaid" | "CollectionPaused" | "SubscriptionPaused" | "PaymentIncomplete" | "TrialUnpaid" | "PaymentDisputed" | "FraudWarning")[]
}
region: Name
power: ("running" | "stopped")
revision: number
config?: Config
linkEpoch?: number
hold?: {
reason: string
since: string
until: string
}
/**
 * its server reaches nothing but the tailnet's relays, and nothing in the tailnet reaches it; it goes on running
 */
isolated?: {
reason: string
since: string
}
retired?: {
at: string
/**
 * stripe: the subscription has ended; finalize: access was suspended for too long. Both are lifted once their cause no longer holds; the others are never lifted automatically.
 */
by: ("stripe" | "person" | "customer" | "finalize")
reason: string
/**
 * the commit that removed the file, or the reverted one that created it
 */
cites?: string
}
}
}
/**
 * openclaw settings that a customer may choose; secrets by reference, never values
 */
export interface Config {
displayName?: string
model?: string
/**
 * @maxItems 10
 */
channels?: ("discord" | "slack" | "telegram" | "web" | "whatsapp")[]
timezone?: string
/**
 * name of an environment variable to the reference of a secret
 */
secrets?: {
[k: string]: string
}
}
