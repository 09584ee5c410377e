// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * What `aura link --json` prints.
 */
export interface LinkDocument {
ok: true
agent: string
url: string
expires: string
}
