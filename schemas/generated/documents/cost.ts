// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * What `aura cost --json` prints, with `--check` also what is earned and where servers and subscriptions differ. Amounts are net, a month.
 */
export type CostDocument = (Priced | Checked)

export interface Priced {
ok: boolean
currency: string
total: Line
plans: Line[]
regions: Line[]
/**
 * the most expensive first; as many as `--max` says
 */
customers: Line[]
/**
 * what is billed besides the servers of the fleet
 */
rest: RestLine[]
/**
 * of everything in the project
 */
projectMonthly: number
/**
 * the most expensive first; as many as `--max` says
 */
agents: Agent[]
}
export interface Line {
name: string
servers: number
monthly: number
offServers: number
offMonthly: number
}
export interface RestLine {
/**
 * address: without a server; readyServer: made in advance, of which there are none so far
 */
what: ("server" | "readyServer" | "snapshot" | "address" | "volume" | "floatingIp" | "loadBalancer")
/**
 * with the label of the fleet
 */
isOurs: boolean
count: number
/**
 * of those whose price is known
 */
monthly: number
}
export interface Agent {
/**
 * the name of the server if it has no agent
 */
agent: string
server: string
customer: string
plan: string
region: string
serverType: string
location: string
power: ("on" | "off")
/**
 * Hetzner makes backups of it, which are part of its cost
 */
backups: boolean
monthly: number
}
export interface Checked {
ok: boolean
currency: string
total: Line
plans: Line[]
regions: Line[]
/**
 * the most expensive first; as many as `--max` says
 */
customers: Line[]
/**
 * what is billed besides the servers of the fleet
 */
rest: RestLine[]
/**
 * of everything in the project
 */
projectMonthly: number
/**
 * the most expensive first; as many as `--max` says
 */
agents: Agent[]
/**
 * what needs a person
 */
findings: {
type: ("BilledServersDiffer" | "CostAnomaly" | "MarginLow" | "PriceDiffers" | "RetiredButCharged")
message: string
/**
 * @maxItems 50
 */
agents: string[]
}[]
margins: {
plan: string
region: string
agents: number
/**
 * as many as `--max` says
 */
agentIds: string[]
/**
 * with the discounts that recur; null where a price or a discount is not known, or the currencies are several
 */
charged: ({
monthly: number
currency: string
} | null)
cost: number
/**
 * null where the currencies differ
 */
percent: (number | null)
}[]
differences: {
kind: ("noServer" | "noAgent" | "retiredButCharged" | "notPaid" | "otherSize" | "noFile")
agent: string
message: string
}[]
dearCustomers: {
customer: string
monthly: number
expected: number
/**
 * as many as `--max` says
 */
agentIds: string[]
}[]
/**
 * plans that are shown for another price than they are sold for
 */
prices: {
plan: string
message: string
}[]
}
