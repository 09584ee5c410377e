// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

export type Oid = string
export type Time = string
export type Change = (Create | Resume | Rollback | Replace | Adopt | Power | Resize | Repair | Configure | Retire | GiveUp | DestroyOrphan)
export type Agent = string
export type ServerId = string
export type Nonce = string
export type Drift = ("labels" | "name" | "firewall" | "protection" | "device" | "deviceName" | "state" | "bootstrap" | "record" | "lock")
export type LimitName = ("createsPerRun" | "createsPerHour" | "createsPerCustomerPerHour" | "fleetCost" | "planCost" | "retiresPerHour" | "retiresPerDay" | "replacesPerHour" | "replacesPerDay" | "burst" | "unprovenAlone" | "rollbacksPerHour" | "disruptionsPerRun" | "breaker")

/**
 * What one run decided: sorted, fingerprinted, printable; a dry run prints it, apply carries it out.
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
 * why effects are stopped; absent when they are not
 */
stop?: string
/**
 * what happens to the stack that is shared by the fleet
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
 * when its turn comes, where a window of time decides that
 */
freeAt?: string
}[]
refused: {
change: Change
limit: LimitName
message: string
/**
 * when it is let through without an approval, because others of its set were ended a day before; absent where it never is
 */
freeAt?: string
}[]
/**
 * agents whose server is to be ended, by what their files ask for, and when that was first seen on `main`: what bursts are judged by
 */
endings: {
agent: Agent
change: ("retire" | "replace")
of: string
seen: Time
}[]
/**
 * agents that differ or are frozen, and why nothing is done
 */
idle: Idle[]
orphans: Orphan[]
/**
 * decisions about orphans and limits that cannot be read, each with where it breaks; they decide nothing
 */
unreadable: {
path: string
message: string
}[]
/**
 * servers of the fleet that no record names and that are neither adopted nor orphans yet, and why; empty in a partial reading
 */
waiting: {
server: ServerId
/**
 * whose label it carries; empty without one
 */
agent: string
message: string
}[]
/**
 * agents whose server or device is not as one of a running agent should be, whatever is done about it; of those that were looked at
 */
degraded: {
agent: string
reason: ("DeviceOffline" | "PortOpen" | "PowerUnknown")
message: string
}[]
/**
 * servers of the project without our labels: counted, never named; null where only our own were looked at
 */
foreign: ({
servers: number
monthlyCost: number
} | null)
/**
 * locks on states of agents that no run is at work on
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
 * records whose file is gone: finalize decides what becomes of them
 */
removed: {
agent: string
path: string
}[]
/**
 * retired agents of whom nothing is left: the record says gone, then the file goes
 */
finished: {
agent: string
path: string
file: Oid
/**
 * a person's tombstone over paid access stays
 */
fileGoes: boolean
}[]
breakers: {
reason: string
/**
 * what it holds up: all creates, or creates in one location
 */
scope: string
since: Time
trialAt: Time
message: string
}[]
/**
 * agents that Terraform itself has read, and whether it found what the listing says
 */
deepChecks: {
agent: string
/**
 * failed: it could not be read, which says nothing about the agent
 */
outcome: ("agrees" | "disagrees" | "failed")
details: string[]
}[]
/**
 * null where the prices could not be read
 */
cost: ({
currency: string
monthlyBefore: number
monthlyAfter: number
} | null)
/**
 * the fleet is too large to be listed as often as asked: what a listing costs of the requests that are allowed
 */
pace?: {
calls: number
callsPerHour: number
/**
 * so far apart are two listings that the requests suffice for
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
 * when something becomes due by itself
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
 * node id of a lost server's device, which goes first
 */
oldDevice?: string
}
/**
 * what the decision stands on: on another basis the change is skipped, and said so
 */
export interface Basis {
path: string
file: Oid
/**
 * hash over the record's effect fields
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
}
export interface DestroyOrphan {
kind: "destroyOrphan"
/**
 * the name that the resource's labels give, for grouping only
 */
agent: string
basis: Basis
because: string
resource: ("server" | "device" | "state" | "lock" | "primaryIp" | "sshKey" | "authKey" | "snapshot")
id: string
}
export interface Idle {
/**
 * the id, or the path where the file has none
 */
agent: string
path: string
file: string
reason: ("Invalid" | "Stopped" | "Paused" | "Held" | "HoldBlocksRetirement" | "Busy" | "PowerUnknown" | "PartialReading" | "RetryLater" | "GraceRunning" | "RevisionBehind" | "ResizeImpossible" | "NoSuchOffer" | "Failed" | "EndedNotRetired" | "PaidButRetired" | "SpareServer" | "HostKeyUnknown" | "ForeignFirewall" | "ServerGone" | "Deprecated")
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
