// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

export type Duration = string

/**
 * How careful the reconciler is. Everything but the fleet and the Stripe account has a default.
 */
export interface PolicyDocument {
apiVersion: "aura.dev/v1"
kind: "Policy"
/**
 * Installation id, in every label, device tag, state prefix and key description. Never to change.
 */
fleet: string
stripe: {
account: string
livemode: boolean
/**
 * How often a second we ask Stripe at most: 100 in live mode and 25 in test mode by default.
 */
readsPerSecond?: number
}
intake?: {
/**
 * Over ten minutes. Towards it news waits longer for company, two seconds at most; past it there is an alert, and nothing is refused.
 */
pushesPerMinute?: number
}
entitlement?: {
/**
 * How many days a subscription that is `past_due` keeps its access, counted from the moment since which a payment is owed.
 */
pastDueGraceDays?: number
/**
 * The same for `unpaid`, counted from the same moment.
 */
unpaidGraceDays?: number
/**
 * What a subscription whose collection is paused with behaviour `void` gives; the other behaviours still ask for the money and give access.
 */
pausedCollection?: ("granted" | "suspended")
/**
 * What all subscriptions of a customer give while a dispute of theirs is open, or a fraud warning stands against one of their last payments.
 */
disputed?: ("granted" | "suspended")
}
limits?: {
createsPerRunMax?: number
createsPerHourMax?: number
createsPerCustomerPerHourMax?: number
fleetCostMonthlyMax?: number
/**
 * Of fleetCostMonthlyMax and of the catalog's ceilings. Where Hetzner's price list is in another one, nothing is made.
 */
currency?: string
/**
 * So many servers of retired agents are ended within an hour, or destroysPerHourPercent of the fleet where that is more; the rest waits, oldest first. Replacements have the same limits, counted apart. What a person has approved is not counted.
 */
destroysPerHourCount?: number
destroysPerHourPercent?: number
destroysPerDayCount?: number
destroysPerDayPercent?: number
/**
 * Where more agents than this, and than burstPercent of the fleet, came to be ended within an hour, none of those is ended until a person approves or they are fewer. More than missingPercentMax of the fleet are refused too, however few.
 */
burstCount?: number
burstPercent?: number
/**
 * Servers that never ran and are rolled back; further ones wait. They are not counted as destructions.
 */
rollbacksPerHourMax?: number
disruptionsPerRunMax?: number
/**
 * So few agents never make a burst, and so few missing servers (or files) never make a reading implausible.
 */
missingCountMax?: number
/**
 * More than this share of the recorded live servers (or files) missing, and more than missingCountMax, makes a reading implausible.
 */
missingPercentMax?: number
}
retries?: {
/**
 * @maxItems 10
 */
delays?: Duration[]
breakerFailures?: number
breakerTrialAfter?: string
}
refund?: {
scope?: ("none" | "lastInvoice")
perDayMax?: number
}
retire?: {
/**
 * Customers are promised an end within 24 hours.
 */
graceHours?: number
suspendedDays?: number
}
hold?: {
daysMax?: number
}
orphans?: {
graceMinutes?: number
}
/**
 * Terraform's own reading of a few agents a run, in turns, held against the listing.
 */
deepCheck?: {
agentsPerRun?: number
}
/**
 * How often the schedule observes the fleet: `NoSuccessfulRun`, the turns of the deep check and the rate budget go by it.
 */
observe?: {
everyMinutes?: number
}
approvals?: {
validHours?: number
}
apply?: {
leaseMinutes?: number
bootTimeout?: string
configureTimeout?: string
joinTimeout?: string
pollIntervalMs?: number
}
ssh?: {
/**
 * CIDR blocks that reach port 22 while a VM is bootstrapped
 * 
 * @maxItems 50
 */
bootstrapFrom?: string[]
breakGlassPublicKey?: string
}
tailnet?: {
keySeconds?: number
}
pause?: {
reason: string
since: string
}
}
