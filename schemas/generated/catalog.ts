// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * Stripe's, or of the merchant's own making, as old plans and lookup keys are.
 * 
 * @maxItems 50
 */
export type Ids = string[]
export type Name = string

/**
 * What is sold: plans with their Stripe ids and server types, regions with their locations, the image.
 */
export interface CatalogDocument {
apiVersion: "aura.dev/v1"
kind: "Catalog"
plans: {
[k: string]: {
title?: string
/**
 * An item of a subscription belongs to the plan when any of these names it.
 */
stripe: {
products?: Ids
prices?: Ids
lookupKeys?: Ids
}
/**
 * region to Hetzner server type
 */
serverTypes: {
[k: string]: string
}
/**
 * The most one VM of this plan may cost a month, net, in the policy's limits.currency; above it creates are deferred.
 */
monthlyCeiling: number
}
}
regions: {
[k: string]: {
title?: string
/**
 * in order of preference
 * 
 * @minItems 1
 * @maxItems 10
 */
locations: string[]
}
}
defaultRegion: Name
image: string
}
