// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * A request of the platform for one agent. Its only effect is a commit.
 */
export interface CommandRequest {
command: ("start" | "stop" | "retry" | "restore" | "reprovision" | "region" | "cancel" | "config")
/**
 * only with `region`: the region to move to
 */
region?: string
/**
 * only with `config`: settings to change; null removes one
 */
config?: {

}
/**
 * only with `reprovision` and `region`: deletes the agent's data
 */
confirm?: string
/**
 * for readers of the history: no names, no addresses, no secrets
 */
reason?: string
}
