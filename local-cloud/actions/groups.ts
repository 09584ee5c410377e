/**
 * Concurrency groups: one holder and one that waits; a newer one takes the waiting place.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
 */
type Member = {
  /** Called where a newer member cancels this one. */
  readonly cancel: () => void;
  readonly enter: () => void;
};
type Group = { holder: Member; waiting: Member | null };

export type Groups = {
  /**
   * Resolves once the group is held, with how to leave it. Rejects where `signal` gives the place up
   * before: a holder keeps the group until it has ended.
   */
  enter(
    concurrency: { readonly group: string; readonly cancelInProgress: boolean },
    signal: AbortSignal,
    cancel: () => void,
  ): Promise<() => void>;
};

export function createGroups(): Groups {
  const groups = new Map<string, Group>();

  function leave(name: string, group: Group): void {
    if (group.waiting === null) {
      groups.delete(name);
      return;
    }
    group.holder = group.waiting;
    group.waiting = null;
    group.holder.enter();
  }

  return {
    enter({ group: name, cancelInProgress }, signal, cancel) {
      // Names of groups do not depend on case.
      const key = name.toLowerCase();
      return new Promise((resolve, reject) => {
        const known = groups.get(key);
        const group: Group = known ?? { holder: { cancel, enter() {} }, waiting: null };
        const left = () => leave(key, group);
        if (known === undefined) {
          groups.set(key, group);
          resolve(left);
          return;
        }
        const member: Member = { cancel, enter: () => resolve(left) };
        signal.addEventListener('abort', () => {
          if (group.waiting === member) group.waiting = null;
          reject(signal.reason);
        });
        const replaced = group.waiting;
        group.waiting = member;
        replaced?.cancel();
        if (cancelInProgress) group.holder.cancel();
      });
    },
  };
}
