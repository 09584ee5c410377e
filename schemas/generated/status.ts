// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

export type Time = string
export type Oid = string
/**
 * Which attempt of the run it was, as the Forge counts re-runs of one run; absent in older records, which means 1.
 */
export type RunAttempt = number
export type ChangeKind = ("create" | "resume" | "rollback" | "replace" | "adopt" | "power" | "resize" | "repair" | "configure" | "retire" | "giveUp")
export type Nonce = string
export type Step = ("lease" | "vm" | "boot" | "configure" | "join" | "verify" | "power" | "resize" | "repair" | "device" | "server" | "address" | "state" | "done")

/**
 * What the machine did about one agent. Written by the machine alone, on branch `status`, at agents/<1st>/<2nd>/<id>.yaml.
 */
export interface AgentRecord {
apiVersion: "aura.dev/v1"
kind: "AgentStatus"
name: string
subscription: string
customer: string
phase: ("queued" | "creating" | "configuring" | "joining" | "running" | "updating" | "stopping" | "stopped" | "suspended" | "retiring" | "retired" | "failed" | "frozen")
phaseSince?: Time
observedOid?: Oid
/**
 * @maxItems 40
 */
conditions: Condition[]
lease?: {
run: string
runAttempt?: RunAttempt
change: ChangeKind
nonce: Nonce
since: Time
until: Time
step: Step
stepSince?: Time
/**
 * path of the approval under which its server is ended
 */
approval?: string
}
/**
 * The server that this agent has, by the id that Hetzner gave it.
 */
server?: {
id: string
nonce: Nonce
created: Time
ipv4?: string
power?: ("on" | "off")
/**
 * when power, size or configuration were last changed
 */
disrupted?: string
}
/**
 * public host key pinned for this server
 */
hostKey?: string
chosen?: Choice
/**
 * What the last creates seeded. A server that appears after its create was answered by an error is recognised by its nonce, and this is the host key that it shows.
 * 
 * @maxItems 5
 */
creates?: {
nonce: Nonce
hostKey: string
chosen: Choice
}[]
configured?: {
configHash: string
roleVersion: string
at: Time
}
tailnet?: {
nodeId: string
address: string
name?: string
}
/**
 * Whether this revision's server ever reached `running`; such a server dies only by retire or replace.
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
at: Time
server: string
/**
 * assumed: unknown, because the records were lost; counted as if it had been
 */
kind: ("retire" | "replace" | "rollback" | "orphan" | "assumed")
approval?: string
/**
 * when the machine first saw on `main` that it was to be ended
 */
asked?: string
}[]
/**
 * What the file asks to be ended, and when the machine first saw that on `main`: the grace of a retirement counts from here, and agents that came to be ended together are recognised by it.
 */
ending?: {
change: ("retire" | "replace")
/**
 * which one: the tombstone's time, or the revision that is asked for
 */
of: string
seen: Time
}
/**
 * What was sent to people or written to Stripe, each once: purpose and revision.
 * 
 * @maxItems 50
 */
receipts: string[]
/**
 * Stripe refuses for good to cancel or to refund what the agent's customer has canceled: a person has to. Tried again once a day.
 */
atStripe?: {
since: Time
tried: Time
message: string
}
cost?: {
monthly: number
currency: string
}
/**
 * When each step of the current revision's creation was entered.
 * 
 * @maxItems 12
 */
timings?: {
step: Step
at: Time
}[]
/**
 * Nothing is left of the agent; its file may go.
 */
gone?: string
}
export interface Condition {
type: string
status: ("True" | "False" | "Unknown")
reason: string
message: string
since: Time
observedOid?: Oid
}
/**
 * Chosen once for this revision; a changed catalog concerns later revisions only.
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
change: ChangeKind
revision: number
run: string
runAttempt?: RunAttempt
started: Time
ended: Time
outcome: ("succeeded" | "failed" | "superseded")
step: Step
reason?: string
errorClass?: ("transient" | "stalled" | "bug")
scope?: ("agent" | "fleet")
location?: string
/**
 * Under which approval it was to end a server: the limits do not count it.
 */
approval?: string
message?: string
}
