// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * What `aura logs --json` prints.
 */
export interface LogsDocument {
ok: true
agent: string
/**
 * the oldest first
 */
lines: string[]
}
