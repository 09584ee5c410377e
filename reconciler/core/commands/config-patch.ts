/** Applies a patch to settings as in RFC 7396: a value sets, null removes, maps are merged. */
type Settings = Readonly<Record<string, unknown>>;

/** Maps are merged one level deep; deeper ones are replaced. */
const depthMax = 1;

export function patched(before: Settings, patch: Settings, depth = 0): Settings {
  const after = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(patch)) {
    const known = after.get(name);
    if (value === null) after.delete(name);
    else if (isSettings(value) && depth < depthMax) {
      const inside = patched(isSettings(known) ? known : {}, value, depth + 1);
      if (Object.keys(inside).length === 0) after.delete(name);
      else after.set(name, inside);
    } else after.set(name, value);
  }
  return Object.fromEntries(after);
}

function isSettings(value: unknown): value is Settings {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
