// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * What a host reports every minute about its agent. It holds no text of the agent's and no secret.
 */
export interface Heartbeat {
/**
 * the unit openclaw.service
 */
unit: {
state: ("active" | "activating" | "deactivating" | "failed" | "inactive" | "unknown")
/**
 * restarts by systemd since it was last started by a person or a play
 */
restarts: number
}
/**
 * whether the gateway answers on the host
 */
answers: boolean
/**
 * the agent's containers; null where Docker does not answer
 */
containers: ({
running: number
/**
 * that fail their own check, or restart again and again
 */
unhealthy: number
} | null)
memory: Space
disk: Space
/**
 * the version that the host was configured to; null before its first play has ended
 */
openclaw: (string | null)
/**
 * whether an upgrade asks for a reboot
 */
rebootPending: boolean
/**
 * whether the host is connected to its tailnet
 */
tailnet: boolean
}
export interface Space {
totalMb: number
freeMb: number
}
