// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

export type Oid = string
export type Time = string
export type Change = (Create | Resume | Rollback | Replace | Adopt | Power | Resize | Repair | Configure | Retire | GiveUp | DestroyOrphan)
export type Agent = string
export type ServerId = string
export type Nonce = string
export type Drift = ("labels" | "name" | "firewall" | "protection" | "device" | "deviceName" | "keyExpiry" | "state" | "bootstrap" | "record" | "lock" | "isolation")
export type LimitName = ("createsPerRun" | "createsPerHour" | "createsPerCustomerPerHour" | "agentsPerCustomer" | "fleetCost" | "planCost" | "retiresPerHour" | "retiresPerDay" | "replacesPerHour" | "replacesPerDay" | "burst" | "unprovenAlone" | "rollbacksPerHour" | "disruptionsPerRun" | "breaker")

/**
 * The decisions of one run, sorted and fingerprinted; `aura plan` prints them, apply carries them out.
 */
export interface PlanDocument {
apiVersion: "aura.dev/v1"
kind: "Plan"
/**
 * sha256 of the rest in canonical JSON, without the time
 */
fingerprint: string
basis: {
fleet: string
main: Oid
status: (Oid | null)
at: Time
}
reading: ({
kind: "complete"
} | {
kind: "named"
agents: string[]
} | {
kind: "partial"
/**
 * @minItems 1
 */
reasons: PartialReason[]
})
/**
 * why effects are stopped; absent if they are not
 */
stop?: string
/**
 * what happens to the shared stack
 */
fleet: ("none" | "create" | "update")
changes: Change[]
deferred: {
change: Change
limit: LimitName
/**
 * place in the queue
 */
place: number
message: string
/**
 * when its turn comes, if a time window decides that
 */
freeAt?: string
}[]
refused: {
change: Change
limit: LimitName
message: string
/**
 * when it may run without an approval, because others of its burst were ended a day before; absent if never
 */
freeAt?: string
}[]
/**
 * requested ends of servers, and when each request was first seen on `main`; bursts are computed from them
 */
endings: {
agent: Agent
change: ("retire" | "replace")
of: string
seen: Time
}[]
/**
 * agents that differ or are frozen, and why they are not changed
 */
idle: Idle[]
orphans: Orphan[]
/**
 * decision files that cannot be read, with the position of the error; they have no effect
 */
unreadable: {
path: string
message: string
}[]
/**
 * servers of the fleet that no record names and that are neither adoptable nor orphans yet, and why; empty in a partial reading
 */
waiting: {
server: ServerId
/**
 * the agent in its label; empty without one
 */
agent: string
message: string
}[]
/**
 * agents of this reading whose server or device is degraded, whatever is done about it
 */
degraded: {
agent: string
reason: ("DeviceOffline" | "PortOpen" | "PowerUnknown" | "ServerLocked")
message: string
}[]
/**
 * number and cost of the project's servers without our labels; null if only our own were read
 */
foreign: ({
servers: number
monthlyCost: number
} | null)
/**
 * what the project and the tailnet hold beside the recorded agents, which quotas count too; null if it was not read
 */
others: ({
servers: number
primaryIps: number
devices: number
} | null)
/**
 * locks on states of agents without a live lease
 */
locks: {
key: string
agent: string
id: string
who: string
operation: string
since: Time
/**
 * no lease covers it, and it is older than any lease can be
 */
dead: boolean
}[]
/**
 * agents whose file was removed; finalize restores it or proposes that
 */
removed: {
agent: string
path: string
}[]
/**
 * retired agents of which nothing is left: the record is set to `gone`, then the file is removed
 */
finished: {
agent: string
path: string
file: Oid
/**
 * false: the file stays, because its access has not ended
 */
fileGoes: boolean
}[]
breakers: {
reason: string
/**
 * the deferred changes: all creates, or creates in one location
 */
scope: string
since: Time
trialAt: Time
message: string
}[]
/**
 * agents that Terraform itself read, and whether its reading agrees with the listing
 */
deepChecks: {
agent: string
/**
 * failed: Terraform could not read it, which is no evidence about the agent
 */
outcome: ("agrees" | "disagrees" | "failed")
details: string[]
}[]
refunds: {
perDayMax: number
/**
 * of those of today, UTC, by all runs so far
 */
taken: number
/**
 * agents whose refund does not fit into today, in their order
 */
waiting: {
agent: string
/**
 * the first day with a place for it, e.g. `2026-11-23`; null where the policy allows none
 */
day: (string | null)
}[]
}
/**
 * null if the prices could not be read
 */
cost: ({
currency: string
monthlyBefore: number
monthlyAfter: number
/**
 * What the fleet costs beyond what its records say, including servers that are being created. A lease adds it to the cost by the records of its moment.
 */
monthlyUnrecorded: number
} | null)
/**
 * Hetzner's net prices, which finalize records; null if they could not be read
 */
prices: ({
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
} | null)
/**
 * present if the fleet is too large for the policy's interval: the requests of a listing and the allowed ones
 */
pace?: {
calls: number
callsPerHour: number
/**
 * the shortest interval between two listings that the allowed requests permit
 */
minutes: number
}
counts: {
files: number
records: number
servers: number
devices: number
}
/**
 * when something becomes due by time
 */
nextDueAt: (Time | null)
}
export interface PartialReason {
source: ("servers" | "devices" | "states" | "addresses" | "prices" | "files" | "status" | "fleet" | "clock")
detail: string
}
export interface Create {
kind: "create"
agent: Agent
customer: string
basis: Basis
because: string
choice: Choice
monthlyCost: number
since: Time
/**
 * node id of a lost server's device, which is removed first
 */
oldDevice?: string
}
/**
 * what the decision is based on; if it has changed, the change is skipped and reported
 */
export interface Basis {
path: string
file: Oid
/**
 * hash over the record's fields that effects depend on
 */
record: string
}
export interface Choice {
revision: number
plan: string
region: string
location: string
serverType: string
image: string
}
export interface Resume {
kind: "resume"
agent: Agent
basis: Basis
because: string
server: ServerId
nonce: Nonce
}
export interface Rollback {
kind: "rollback"
agent: Agent
basis: Basis
because: string
server: ServerId
nonce: Nonce
approval?: string
}
export interface Replace {
kind: "replace"
agent: Agent
customer: string
basis: Basis
because: string
server: ServerId
device?: string
choice: Choice
monthlyCost: number
since: Time
approval?: string
}
export interface Adopt {
kind: "adopt"
agent: Agent
basis: Basis
because: string
server: ServerId
nonce: Nonce
choice: Choice
}
export interface Power {
kind: "power"
agent: Agent
basis: Basis
because: string
server: ServerId
to: ("on" | "off")
}
export interface Resize {
kind: "resize"
agent: Agent
basis: Basis
because: string
server: ServerId
from: string
to: string
plan: string
}
export interface Repair {
kind: "repair"
agent: Agent
basis: Basis
because: string
server: ServerId
/**
 * @minItems 1
 */
drifts: Drift[]
}
export interface Configure {
kind: "configure"
agent: Agent
basis: Basis
because: string
server: ServerId
configHash: string
roleVersion: string
}
export interface Retire {
kind: "retire"
agent: Agent
basis: Basis
because: string
by: ("stripe" | "person" | "customer" | "finalize")
servers: ServerId[]
devices: string[]
addresses: string[]
state: boolean
approval?: string
}
export interface GiveUp {
kind: "giveUp"
agent: Agent
basis: Basis
because: string
revision: number
attempts: number
/**
 * what finalize refunds, at most as many in a day as the policy allows
 */
refund: ("none" | "lastInvoice")
/**
 * what finalize does with the subscription
 */
subscription: ("keep" | "pause" | "cancel")
}
export interface DestroyOrphan {
kind: "destroyOrphan"
/**
 * the agent in the resource's labels, for grouping only
 */
agent: string
basis: Basis
because: string
resource: ("server" | "device" | "state" | "lock" | "primaryIp" | "sshKey" | "authKey" | "snapshot")
id: string
}
export interface Idle {
/**
 * the id, or the path of a file without one
 */
agent: string
path: string
file: string
reason: ("Invalid" | "Stopped" | "Paused" | "Held" | "HoldBlocksRetirement" | "Isolated" | "Busy" | "PowerUnknown" | "PartialReading" | "RetryLater" | "GraceRunning" | "RevisionBehind" | "ResizeImpossible" | "NoSuchOffer" | "Failed" | "EndedNotRetired" | "PaidButRetired" | "SpareServer" | "HostKeyUnknown" | "ForeignFirewall" | "ServerGone" | "Deprecated")
message: string
until?: Time
}
export interface Orphan {
resource: ("server" | "device" | "state" | "lock" | "primaryIp" | "sshKey" | "authKey" | "snapshot")
id: string
name: string
created?: Time
labels?: {
[k: string]: string
}
location?: string
monthlyCost?: number
why: string
decision: ("new" | "undecided" | "destroy" | "adopt" | "keep")
}
