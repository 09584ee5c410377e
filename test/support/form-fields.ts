/** Queries and form bodies as their tree: `a[b]=1`, `a[]=1`, `a[0]=1`, and `a=1&a=2`. */
type Field = string | readonly Field[] | { readonly [name: string]: Field };
type Growing = Map<string, string | string[] | Growing>;

export function parseFields(text: string): Field {
  const root: Growing = new Map();
  for (const [key, value] of new URLSearchParams(text)) {
    const [first = '', ...rest] = key.replaceAll(']', '').split('[');
    const names = [first, ...rest];
    const last = names.pop() ?? '';
    const place = names.reduce(childOf, root);
    const name = nameIn(place, last);
    const known = place.get(name);
    const twice = Array.isArray(known) ? [...known, value] : [String(known), value];
    place.set(name, known === undefined ? value : twice);
  }
  return fieldOf(root);
}

/** Without a name of its own it is the next of a list. */
function nameIn(place: Growing, name: string): string {
  return name === '' ? String(place.size) : name;
}

function childOf(place: Growing, named: string): Growing {
  const name = nameIn(place, named);
  const known = place.get(name);
  if (known instanceof Map) return known;
  const made: Growing = new Map();
  place.set(name, made);
  return made;
}

/** Numbered from zero without a gap is a list. */
function fieldOf(place: Growing): Field {
  const entries = [...place].map(([name, value]): [string, Field] => [
    name,
    value instanceof Map ? fieldOf(value) : value,
  ]);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
