// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

export type HetznerId = string

/**
 * What the machine recorded of the fleet as a whole. Written by the machine alone, on branch `status`, at fleet.yaml.
 */
export interface FleetRecord {
apiVersion: "aura.dev/v1"
kind: "FleetStatus"
/**
 * When a run began to make the firewalls, in a project that had none. Until their ids are recorded, those that have our names are the ones which that run made.
 */
begun?: string
/**
 * The firewalls that the fleet shares, by role. Hetzner's ids are unique across projects, names are not: an id that is found proves which project a token is for.
 */
firewalls?: {
base: HetznerId
bootstrap: HetznerId
}
/**
 * What is wrong with the fleet as a whole, each from the first run that found it until one that does not.
 * 
 * @minItems 1
 */
conditions?: {
type: "ClocksDisagree"
since: string
message: string
}[]
}
