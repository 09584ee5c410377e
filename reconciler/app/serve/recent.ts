/**
 * Values by name, of which those used last are kept, so that clients cannot fill the memory.
 *
 * In two generations: a value that is used moves to the younger one, and once that is full the
 * older one is dropped. Most uses then change nothing, unlike those of a list in order of use.
 */
type Recent<Value> = {
  get(name: string): Value | undefined;
  set(name: string, value: Value): void;
};

/** @param least how many are kept at least; up to twice as many are */
export function createRecent<Value>(least: number): Recent<Value> {
  let younger = new Map<string, Value>();
  let older = new Map<string, Value>();

  function set(name: string, value: Value): void {
    if (younger.size >= least) {
      older = younger;
      younger = new Map();
    }
    younger.set(name, value);
  }

  return {
    set,
    get(name) {
      const known = younger.get(name);
      if (known !== undefined) return known;
      const before = older.get(name);
      if (before === undefined) return undefined;
      older.delete(name);
      set(name, before);
      return before;
    },
  };
}
