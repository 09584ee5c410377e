/**
 * What a simulated world does to us, each by its name, so that it can be played alone or left out.
 * A trait is a property of a whole seed; a fault is drawn while it is played.
 */
export type BehaviourName = keyof typeof behaviours;

export type Behaviour = {
  /** whether it is played where nothing else is said */
  readonly on: boolean;
  /** of a trait, how many seeds of a hundred have it; of a fault, how often it is drawn */
  readonly weight: number;
};

export const behaviours = {
  // ---- traits: how Stripe delivers
  eventsLost: { on: true, weight: 30 },
  eventsDoubled: { on: true, weight: 30 },
  eventsLate: { on: true, weight: 30 },
  eventsReordered: { on: true, weight: 50 },
} as const satisfies Record<string, Behaviour>;

export const behaviourNames = Object.keys(behaviours).sort() as readonly BehaviourName[];

export function usualBehaviours(): ReadonlySet<BehaviourName> {
  return new Set(behaviourNames.filter((name) => behaviours[name].on));
}
