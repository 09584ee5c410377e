// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * What `aura audit --json` prints: the decisions, which are the commits on main, the newest first.
 */
export interface AuditDocument {
ok: true
entries: Entry[]
}
export interface Entry {
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
/**
 * a person, Stripe or Aura
 */
who: string
cause: (string | null)
stripeEvents: string[]
request: (string | null)
reason: (string | null)
agents: string[]
}
