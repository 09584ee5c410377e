// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

export type Commit = string

/**
 * How far the changes of branch `status` were sent to one endpoint: an object of the state bucket.
 */
export interface WebhookCursor {
/**
 * changes up to this commit were sent, or wait
 */
commit: string
/**
 * the comparison that is in progress: changes from `commit` to `to`, of paths up to `past`
 */
sweep: (null | {
to: Commit
past: string
})
/**
 * for each agent the oldest event that was not accepted
 * 
 * @maxItems 100
 */
waiting: Waiting[]
/**
 * who delivers
 */
lease: (null | {
holder: string
untilMs: number
})
}
export interface Waiting {
id: string
agent: string
/**
 * the event, byte for byte as it is sent each time
 */
body: string
tries: number
/**
 * the first attempt
 */
firstMs: number
/**
 * the last attempt
 */
lastMs: number
/**
 * the next attempt
 */
dueMs: number
/**
 * whether the endpoint did not answer or was overloaded
 */
isDown: boolean
}
