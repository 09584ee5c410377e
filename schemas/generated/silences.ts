// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * Alarms that people have taken note of and are not sent until a time: silences.yaml. Who wrote an entry, git knows.
 */
export interface SilencesDocument {
apiVersion: "aura.dev/v1"
kind: "Silences"
/**
 * @maxItems 100
 */
silences: {
/**
 * kind of the alarm
 */
alarm: string
/**
 * only the alarm with this scope; every one of the kind unless set
 */
scope?: string
/**
 * only this agent; the alarm is sent for the others
 */
agent?: string
reason: string
since: string
/**
 * at most seven days after since
 */
until: string
}[]
}
