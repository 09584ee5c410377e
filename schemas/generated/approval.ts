// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * A reviewed approval of exactly the listed destructive changes that a limit refused: approvals/<fingerprint>.yaml.
 */
export interface ApprovalDecision {
apiVersion: "aura.dev/v1"
kind: "Approval"
refusedAt?: string
/**
 * sorted by agent, then provider id
 * 
 * @minItems 1
 * @maxItems 10000
 */
entries: {
agent: string
/**
 * Hetzner's id; empty if there is none
 */
server: string
/**
 * blob oid of the agent's file
 */
file: string
change: ("retire" | "replace" | "rollback" | "orphan")
}[]
}
