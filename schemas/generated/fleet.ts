// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

export type HetznerId = string

/**
 * The record of the fleet as a whole, on branch `status`, at fleet.yaml. Only Aura writes it.
 */
export interface FleetRecord {
apiVersion: "aura.dev/v1"
kind: "FleetStatus"
/**
 * When a run began to create the firewalls, in a project that had none. Until their ids are recorded, firewalls with our names are those that this run created.
 */
begun?: string
/**
 * Ids of the firewalls that the fleet shares, by role. Hetzner's ids are unique across projects, names are not: finding an id proves which project a token is for.
 */
firewalls?: {
base: HetznerId
bootstrap: HetznerId
isolation?: HetznerId
}
/**
 * The last resync that read everything. Written at most once an hour, unless catalog or policy changed.
 */
resync?: {
/**
 * when it began
 */
at: string
/**
 * blob of catalog.yaml that it used
 */
catalog: string
/**
 * blob of policy.yaml that it used
 */
policy: string
}
/**
 * Conditions of the fleet as a whole; each lasts from the first run that found it until a run that does not.
 * 
 * @minItems 1
 */
conditions?: {
type: ("ClocksDisagree" | "BilledServersDiffer" | "RetiredButCharged" | "CostAnomaly" | "MarginLow" | "PriceDiffers")
since: string
message: string
/**
 * whom it concerns, sorted; of many the first
 * 
 * @minItems 1
 * @maxItems 50
 */
agents?: string[]
}[]
/**
 * Since when each kind of mail of the policy is sent: there is no mail about what happened before.
 */
mailSince?: {
running?: string
failed?: string
recovered?: string
suspended?: string
retiring?: string
refunded?: string
}
/**
 * What the project and the tailnet hold beside the recorded agents, which quotas count too: an entry for a day on which it changed, of the last week and the one before it.
 * 
 * @minItems 1
 * @maxItems 20
 */
others?: {
at: string
servers: number
primaryIps: number
devices: number
}[]
/**
 * Minutes of GitHub Actions that runs of the agents repository used this month.
 */
actionsMinutes?: {
/**
 * the beginning of the month
 */
since: string
/**
 * runs that were created before are counted
 */
until: string
minutes: number
}
/**
 * Hetzner's net prices when they last changed, for plans that are made without Hetzner.
 */
prices?: {
/**
 * when a run first read them
 */
at: string
currency: string
/**
 * of an address a month, net, by location
 */
ipv4: {
[k: string]: number
}
/**
 * server types by name
 */
types: {
[k: string]: {
diskGb: number
memoryGb: number
architecture: string
/**
 * a month, net, by location
 */
monthly: {
[k: string]: number
}
}
}
}
/**
 * The last creates by region, the oldest first: how long each took, or the reason of an attempt that failed.
 */
provisions?: {
/**
 * @minItems 1
 * @maxItems 30
 */
[k: string]: {
/**
 * when it ended
 */
at: string
agent: string
/**
 * from the start of its first attempt until the agent was verified
 */
seconds?: number
/**
 * reason of the failure
 */
failed?: string
}[]
}
/**
 * Servers of which an image is made, from before their create until they are gone. A builder whose run is over is ended by the next run.
 * 
 * @minItems 1
 */
builders?: {
/**
 * of the server
 */
name: string
nonce: string
run: string
runAttempt: number
since: string
/**
 * The builder counts as its run's until then, where the Forge does not know the run.
 */
until: string
/**
 * hash of what goes into the image
 */
content: string
serverType: string
location: string
/**
 * net
 */
monthlyCost: number
/**
 * Hetzner's id, once it is known
 */
server?: string
}[]
}
