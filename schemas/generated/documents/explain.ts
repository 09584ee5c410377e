// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * What `aura explain --json` prints: why an agent is in its state, and what would change it.
 */
export interface ExplainDocument {
ok: true
agent: string
at: string
reading: ("complete" | "named" | "partial")
file: ({
path: string
oid: string
problems: string[]
asks: string
} | null)
record: (AgentRecord | null)
observed: {
servers: Server[]
devices: Device[]
state: ({
key: string
locked: boolean
} | null)
}
/**
 * of the decision table
 */
row: {
name: string
file: string
recordedAndObserved: string
}
decision: string
restraints: string[]
attempts: Attempt[]
changedBy: string[]
nextDueAt: (string | null)
/**
 * what was not looked at, and what was assumed instead
 */
notLookedAt: string[]
}
/**
 * The record of one agent, on branch `status`, at agents/<1st>/<2nd>/<id>.yaml. Only Aura writes it.
 */
export interface AgentRecord {
apiVersion: "aura.dev/v1"
kind: "AgentStatus"
name: string
subscription: string
customer: string
phase: ("queued" | "creating" | "configuring" | "joining" | "running" | "updating" | "stopping" | "stopped" | "suspended" | "retiring" | "retired" | "failed" | "frozen")
phaseSince?: string
observedOid?: string
/**
 * @maxItems 40
 */
conditions: Condition[]
lease?: {
run: string
/**
 * The run's attempt, as the Forge counts reruns.
 */
runAttempt: number
change: ("create" | "resume" | "rollback" | "replace" | "adopt" | "power" | "resize" | "repair" | "configure" | "retire" | "giveUp")
/**
 * first 12 characters of the fingerprint of the plan that the run applies
 */
plan?: string
nonce: string
since: string
until: string
step: ("lease" | "vm" | "boot" | "configure" | "join" | "verify" | "power" | "resize" | "repair" | "device" | "server" | "address" | "state" | "done")
stepSince?: string
/**
 * path of the approval of the server's end
 */
approval?: string
}
/**
 * The agent's server, with Hetzner's id.
 */
server?: {
id: string
nonce: string
created: string
ipv4?: string
power?: ("on" | "off")
/**
 * when power, size or configuration were last changed
 */
disrupted?: string
/**
 * present while its firewall and its device's tag isolate it
 */
isolation?: {
since: string
/**
 * Hetzner's id of the snapshot that was made as evidence; null: none was made
 */
snapshot: (string | null)
}
}
/**
 * public host key pinned for this server
 */
hostKey?: string
/**
 * the public host key that the server made itself, accepted beside hostKey until a connection has shown it; then it becomes hostKey
 */
nextHostKey?: string
chosen?: Choice
/**
 * What the last creates seeded. A server that appears although its create failed is recognized by its nonce, and these are its host keys.
 * 
 * @maxItems 5
 */
creates?: {
nonce: string
hostKey: string
nextHostKey?: string
chosen: Choice
}[]
configured?: {
configHash: string
roleVersion: string
at: string
}
tailnet?: {
nodeId: string
address: string
name?: string
}
/**
 * Whether this revision's server ever reached `running`; only retire or replace end such a server.
 */
everRunning: boolean
/**
 * @maxItems 40
 */
attempts: Attempt[]
/**
 * @maxItems 50
 */
destroyed: {
at: string
server: string
/**
 * assumed: unknown, because the records were lost; the limits count it as an end
 */
kind: ("retire" | "replace" | "rollback" | "orphan" | "assumed")
approval?: string
/**
 * when the request to end it was first seen on `main`
 */
asked?: string
}[]
/**
 * The requested end, and when it was first seen on `main`: the grace of a retirement counts from this time, and bursts are computed from it.
 */
ending?: {
change: ("retire" | "replace")
/**
 * identity of the request: the tombstone's time, or the requested revision
 */
of: string
seen: string
}
/**
 * Purposes that were carried out and must not be repeated, such as mails and refunds: purpose and revision.
 * 
 * @maxItems 50
 */
receipts: string[]
/**
 * Refunds, the newest last. An entry is written before its refund is asked for; it fixes the invoice, and takes one of the refunds of its day.
 * 
 * @maxItems 10
 */
refunds?: Refund[]
/**
 * The last mail of each kind to the agent's customer. An entry is written before the mail is sent.
 */
mails?: {
running?: Mail
failed?: Mail
recovered?: Mail
suspended?: Mail
retiring?: Mail
refunded?: Mail
}
/**
 * Stripe permanently refuses to cancel or refund an agent that was canceled or given up; a person has to do it. It is retried once a day.
 */
atStripe?: {
since: string
tried: string
message: string
}
cost?: {
monthly: number
currency: string
}
/**
 * When each step of the current revision's create was entered.
 * 
 * @maxItems 12
 */
timings?: {
step: ("lease" | "vm" | "boot" | "configure" | "join" | "verify" | "power" | "resize" | "repair" | "device" | "server" | "address" | "state" | "done")
at: string
}[]
/**
 * When nothing was left of the agent; its file may be removed.
 */
gone?: string
}
export interface Condition {
type: string
status: ("True" | "False" | "Unknown")
reason: string
message: string
since: string
observedOid?: string
}
/**
 * Chosen once for this revision; a changed catalog affects later revisions only.
 */
export interface Choice {
revision: number
plan: string
region: string
location: string
serverType: string
image: string
}
export interface Attempt {
change: ("create" | "resume" | "rollback" | "replace" | "adopt" | "power" | "resize" | "repair" | "configure" | "retire" | "giveUp")
revision: number
run: string
/**
 * The run's attempt, as the Forge counts reruns.
 */
runAttempt: number
started: string
ended: string
outcome: ("succeeded" | "failed" | "superseded")
step: ("lease" | "vm" | "boot" | "configure" | "join" | "verify" | "power" | "resize" | "repair" | "device" | "server" | "address" | "state" | "done")
reason?: string
errorClass?: ("transient" | "stalled" | "bug")
scope?: ("agent" | "fleet")
location?: string
/**
 * Path of the approval of a server's end; the limits do not count an approved end.
 */
approval?: string
message?: string
}
export interface Refund {
cause: ("canceled" | "gaveUp")
revision: number
asked: string
/**
 * asked: the outcome is not known yet; refused: Stripe made none; none: nothing was left to refund; failed: the bank returned it; handled: a person gave the money back otherwise
 */
state: ("asked" | "refused" | "none" | "pending" | "succeeded" | "failed" | "handled")
/**
 * absent where the subscription has none, or the policy refunds nothing
 */
invoice?: string
/**
 * UNIX seconds; only the time after it is refunded
 */
unusedSince?: number
/**
 * @maxItems 20
 */
ids?: string[]
/**
 * in the smallest unit of the currency
 */
amount?: number
currency?: string
reason?: string
}
export interface Mail {
/**
 * what it is about: a revision, the time of a tombstone, …; it is sent once for each
 */
of: string
/**
 * when it was about to be sent for the first time
 */
asked: string
/**
 * asked and failing: it is tried again; unknown: it may have been sent, and is not tried again
 */
state: ("asked" | "failing" | "sent" | "refused" | "noAddress" | "unknown")
/**
 * when this state began
 */
at: string
/**
 * of a failure
 */
reason?: string
}
export interface Server {
id: string
name: string
status: ("initializing" | "starting" | "running" | "stopping" | "off" | "deleting" | "migrating" | "rebuilding" | "unknown")
created: string
labels: {
[k: string]: string
}
ipv4: (string | null)
ipv4Id: (string | null)
ipv6Id: (string | null)
location: string
serverType: string
image: (string | null)
diskGb: number
memoryGb: number
protection: {
delete: boolean
rebuild: boolean
}
locked: boolean
/**
 * whether Hetzner makes backups of it
 */
backups: boolean
firewalls: string[]
/**
 * whether it is the recorded one
 */
recorded: boolean
}
export interface Device {
nodeId: string
name: string
hostname: string
addresses: string[]
tags: string[]
created: string
online: boolean
lastSeen: (string | null)
keyExpires: boolean
}
