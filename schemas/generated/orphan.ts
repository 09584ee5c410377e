// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * A person's decision about one resource that carries our labels but has no file and no record: orphans/<kind>-<id>.yaml.
 */
export interface OrphanDecision {
apiVersion: "aura.dev/v1"
kind: "Orphan"
resource: {
kind: ("server" | "device" | "state" | "lock" | "primaryIp" | "sshKey" | "authKey" | "snapshot")
id: string
name: string
created?: string
seen: string
labels?: {
[k: string]: string
}
monthlyCost?: number
/**
 * cost from its creation until it was first seen, net
 */
costSoFar?: number
/**
 * what happened to the last file of the agent that it names
 */
lastFile?: string
why: string
}
decision: (("undecided" | "destroy" | "adopt") | {
keep: {
until: string
reason?: string
}
})
}
