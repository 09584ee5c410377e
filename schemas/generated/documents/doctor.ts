// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * What `aura doctor --json` prints.
 */
export interface DoctorDocument {
ok: boolean
checks: Check[]
}
export interface Check {
name: string
ok: boolean
/**
 * the credential may not read what decides it; then ok is false
 */
unknown?: true
message: string
/**
 * what makes it right, or better
 */
todo?: string
}
