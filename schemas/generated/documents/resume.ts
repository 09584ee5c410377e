// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * What `aura resume --json` prints.
 */
export interface ResumeDocument {
ok: true
halted: false
/**
 * of the stop that was lifted
 */
reason: (string | null)
changed: boolean
/**
 * those that were removed
 */
branches: string[]
/**
 * why `policy.yaml` still pauses the fleet
 */
pause: (string | null)
}
