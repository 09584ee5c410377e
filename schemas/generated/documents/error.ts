// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * What any verb prints with `--json` where it could not do its work.
 */
export interface ErrorDocument {
ok: false
error: {
reason: string
message: string
/**
 * what to do about it
 */
todo?: string
}
}
