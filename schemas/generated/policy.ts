// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

export type Duration = string

/**
 * Limits and settings of the reconciler. All fields but the fleet and the Stripe account have defaults.
 */
export interface PolicyDocument {
apiVersion: "aura.dev/v1"
kind: "Policy"
/**
 * Installation id, in every label, device tag, state prefix and key description. It must never change.
 */
fleet: string
stripe: {
account: string
livemode: boolean
/**
 * Maximum number of requests to Stripe a second; by default 100 in live mode and 25 in test mode.
 */
readsPerSecond?: number
}
/**
 * What the accounts allow in total, for which the providers have no API: from Hetzner's console under Limits, and from the plans of the tailnet and of GitHub. `aura doctor` shows what is left of it, and an alarm forecasts when it is used up; nothing else reads it.
 */
quotas?: {
servers?: number
/**
 * Of both types: Hetzner's limit is twice that of servers.
 */
primaryIps?: number
devices?: number
/**
 * Minutes of GitHub Actions that the plan of the account includes a month. The runs of the agents repository are counted; what else the account runs is not.
 */
actionsMinutes?: number
}
/**
 * Hosts report on their agents once a minute. Without it they do not.
 */
heartbeats?: {
/**
 * The address at which hosts reach `aura serve`, without a slash at its end.
 */
url: string
/**
 * Raise it when AURA_HEARTBEAT_SECRET has a new first value: every host then gets a new key.
 */
keyEpoch?: number
}
intake?: {
/**
 * Counted over ten minutes. Close to it changes wait up to two seconds to share a commit; beyond it an alert is raised, and nothing is refused.
 */
pushesPerMinute?: number
}
entitlement?: {
/**
 * How many days a subscription that is `past_due` keeps its access, counted from the time since which a payment is due.
 */
pastDueGraceDays?: number
/**
 * The same for `unpaid`, counted from the same time.
 */
unpaidGraceDays?: number
/**
 * Access of a subscription whose collection is paused with behavior `void`; the other behaviors still bill the customer and grant access.
 */
pausedCollection?: ("granted" | "suspended")
/**
 * Access of all subscriptions of a customer with an open dispute, or with a fraud warning on one of the last payments. What else follows is `abuse`.
 */
disputed?: ("granted" | "suspended")
/**
 * Access during a trial. `suspended`: an agent is made with the first payment.
 */
trialing?: ("granted" | "suspended")
}
abuse?: {
/**
 * What follows once a payment of a customer is disputed: an alarm alone, or also a commit that isolates the agents of that customer. Only a person releases them.
 */
onDispute?: ("alarm" | "isolate")
/**
 * The same for an early fraud warning about one of the last payments.
 */
onFraudWarning?: ("alarm" | "isolate")
/**
 * Maximum number of agents that are isolated automatically within 24 hours. The others keep running, and the alarm names them.
 */
isolationsPerDayMax?: number
}
limits?: {
createsPerRunMax?: number
createsPerHourMax?: number
createsPerCustomerPerHourMax?: number
/**
 * How many servers the agents of one customer may have together; creates beyond it wait.
 */
agentsPerCustomerMax?: number
fleetCostMonthlyMax?: number
/**
 * Currency of fleetCostMonthlyMax and of the catalog's ceilings. If Hetzner's price list has another currency, nothing is created.
 */
currency?: string
/**
 * Maximum number of servers of retired agents that are ended within an hour, or destroysPerHourPercent of the fleet if that is more; the rest waits, the oldest first. Replacements have the same limits, counted separately. Approved changes are not counted.
 */
destroysPerHourCount?: number
destroysPerHourPercent?: number
destroysPerDayCount?: number
destroysPerDayPercent?: number
/**
 * If the ends of more agents than this, and than burstPercent of the fleet, were requested within an hour, none of them is ended until a person approves or fewer are requested. In a small fleet missingCountMax and missingPercentMax apply, if they allow fewer.
 */
burstCount?: number
burstPercent?: number
/**
 * Maximum number of rollbacks of servers that never ran within an hour; further ones wait. They are not counted as destructions.
 */
rollbacksPerHourMax?: number
disruptionsPerRunMax?: number
/**
 * This many requested ends never make a burst, and this many missing servers (or files) never make a reading implausible.
 */
missingCountMax?: number
/**
 * A reading is implausible if more than this share of the recorded live servers (or files), and more than missingCountMax, are missing.
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
/**
 * What becomes of the subscription of an agent that was given up: it stays as it is, its collection is paused until a retry succeeds, or it is canceled.
 */
then?: ("keep" | "pause" | "cancel")
/**
 * Maximum number of refunds in a day (UTC) over all runs, and of subscriptions of given up agents that are canceled. The others wait for the next day.
 */
perDayMax?: number
}
margin?: {
/**
 * An alarm is raised where what Stripe charges for a plan in a region exceeds what its servers cost by less than this share of the charge.
 */
percentMin?: number
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
 * Terraform's own reading of a few agents in each run that does the deep check, by day in turns, compared with the listing.
 */
deepCheck?: {
agentsPerRun?: number
}
/**
 * How often `aura serve` lists the fleet; the rate budget depends on it.
 */
observe?: {
everyMinutes?: number
}
approvals?: {
validHours?: number
}
apply?: {
/**
 * How many changes are carried out at once, over all runs together; a run always carries out at least one.
 */
concurrency?: number
/**
 * At most this many jobs share the changes of a run: one for each `concurrency` changes.
 */
shardsMax?: number
leaseMinutes?: number
bootTimeout?: string
configureTimeout?: string
joinTimeout?: string
pollIntervalMs?: number
}
ssh?: {
/**
 * CIDR blocks that may reach port 22 while a VM is bootstrapped
 * 
 * @maxItems 50
 */
bootstrapFrom?: string[]
/**
 * Public halves of the SSH user CAs in force. Hosts accept certificates of all of them, and a process with another CA is refused. Without any, hosts accept those of AURA_SSH_CA_KEY.
 * 
 * @maxItems 10
 */
ca?: {
publicKey: string
since: string
}[]
breakGlassPublicKey?: string
}
/**
 * What hosts may send. One that sends spam or scans can get the whole Hetzner project locked.
 */
egress?: {
/**
 * whether agents reach ports 25, 465 and 587
 */
smtp?: ("closed" | "open")
/**
 * Outbound connections that an agent and its containers may open a second; root's own are not limited.
 */
newConnectionsPerSecond?: number
}
hosts?: {
/**
 * Time of day (UTC) at which a host may reboot itself after a security upgrade that requires it.
 */
rebootAt?: string
}
/**
 * Mails to customers, by Resend.
 */
mail?: {
/**
 * Which mails are sent. A kind that is added concerns what happens afterwards: agents that run already get no mail that they do.
 * 
 * @maxItems 20
 */
kinds?: ("running" | "failed" | "recovered" | "suspended" | "retiring" | "refunded")[]
/**
 * Maximum number of mails within an hour, over all runs; the rest waits, the oldest first, and is dropped where it is no longer true.
 */
perHourMax?: number
}
/**
 * What customers see of their agents.
 */
status?: {
/**
 * Whether they see what Hetzner charges for the server a month.
 */
showCost?: boolean
}
tailnet?: {
keySeconds?: number
/**
 * CIDR blocks of the coordination server and of relays: all that an isolated server may reach, at port 443
 * 
 * @minItems 1
 * @maxItems 50
 */
relays?: string[]
}
pause?: {
reason: string
since: string
}
}
