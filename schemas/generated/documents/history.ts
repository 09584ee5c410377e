// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * What `aura history --json` prints: of an agent its whole life, the oldest entry first, else the newest commits of both branches.
 */
export type HistoryDocument = ({
ok: true
agent: string
entries: LifeEntry[]
} | {
ok: true
entries: CommitEntry[]
})
export type LifeEntry = (DecisionEntry | WorkEntry | RecordEntry)

export interface DecisionEntry {
kind: "decision"
commit: string
at: string
differences: Difference[]
/**
 * a person, Stripe or Aura
 */
who: string
cause: (string | null)
stripeEvents: string[]
request: (string | null)
reason: (string | null)
author: string
subject: string
}
export interface Difference {
field: string
from: (string | null)
to: (string | null)
}
export interface WorkEntry {
kind: "work"
commit: string
at: string
differences: Difference[]
change: ("create" | "resume" | "rollback" | "replace" | "adopt" | "power" | "resize" | "repair" | "configure" | "retire" | "giveUp")
run: string
runAttempt: number
/**
 * the fingerprint of the plan that was applied
 */
plan: (string | null)
revision: (number | null)
outcome: ("succeeded" | "failed" | "superseded" | "unfinished")
ended: (string | null)
steps: {
step: ("lease" | "vm" | "boot" | "configure" | "join" | "verify" | "power" | "resize" | "repair" | "device" | "server" | "address" | "state" | "done")
at: string
seconds: (number | null)
}[]
reason: (string | null)
message: (string | null)
}
export interface RecordEntry {
kind: "record"
commit: string
at: string
differences: Difference[]
}
export interface CommitEntry {
commit: string
at: string
author: string
subject: string
/**
 * below the subject, its trailers included
 */
body: string
trailers: string[][]
paths: string[]
branch: ("main" | "status")
}
