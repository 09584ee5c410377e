// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.

/**
 * Incidents that people publish on the page of the fleet: incident.yaml.
 */
export interface IncidentsDocument {
apiVersion: "aura.dev/v1"
kind: "Incidents"
/**
 * @maxItems 20
 */
incidents: {
title: string
state: ("investigating" | "identified" | "monitoring" | "resolved")
since: string
/**
 * when it was resolved
 */
until?: string
/**
 * all regions unless set
 * 
 * @maxItems 50
 */
regions?: string[]
/**
 * what customers should know
 */
text: string
}[]
}
