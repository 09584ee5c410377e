// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

export type Time = string

/**
 * What is posted to the endpoints of AURA_WEBHOOKS when the phase or a condition of an agent changed.
 */
export interface WebhookEvent {
type: "agent.changed"
/**
 * when Aura saw the change
 */
timestamp: string
data: {
agent: string
/**
 * Stripe's id
 */
subscription: string
/**
 * Stripe's id
 */
customer: string
current: State
/**
 * the state of the event before; null for the first one
 */
previous: (State | null)
}
}
export interface State {
phase: ("queued" | "creating" | "configuring" | "joining" | "running" | "updating" | "stopping" | "stopped" | "suspended" | "retiring" | "retired" | "failed" | "frozen")
/**
 * when this phase began, if it is known
 */
since: (Time | null)
/**
 * sorted by type
 * 
 * @maxItems 40
 */
conditions: Condition[]
}
export interface Condition {
type: string
status: ("True" | "False" | "Unknown")
reason: string
since: Time
}
