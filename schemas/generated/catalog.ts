// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * Stripe's id, or one that the merchant chose, such as a lookup key.
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
 * An item of a subscription belongs to the plan if any of these names it.
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
 * What a customer pays a month, for the product's site. Stripe alone decides what is charged.
 */
price?: {
monthly: number
currency: string
}
/**
 * The maximum net monthly cost of one VM of this plan, in the policy's limits.currency; more expensive creates are deferred.
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
