// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * What `aura halt --json` prints.
 */
export interface HaltDocument {
ok: true
halted: true
/**
 * the one in force: the first
 */
reason: string
/**
 * whether this call halted it
 */
changed: boolean
}
