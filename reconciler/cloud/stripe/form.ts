/** Stripe's request bodies: form-encoded, with nested brackets. `a[b][0][c]=1` becomes a tree. */

export type FormValue = string | { readonly [name: string]: FormValue };

export function parseForm(text: string): Record<string, FormValue> {
  const root: Record<string, FormValue> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const [first = '', ...rest] = key.replaceAll(']', '').split('[');
    let place = root as Record<string, FormValue>;
    let name = first;
    for (const next of rest) {
      const inner = place[name];
      const child: Record<string, FormValue> =
        typeof inner === 'object' ? (inner as Record<string, FormValue>) : {};
      place[name] = child;
      place = child;
      name = next === '' ? String(Object.keys(child).length) : next;
    }
    place[name] = value;
  }
  return root;
}

export function textOf(value: FormValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A list comes as an object with numbered names. */
export function listOf(value: FormValue | undefined): readonly FormValue[] {
  return typeof value === 'object' ? Object.values(value) : [];
}

export function mapOf(value: FormValue | undefined): Record<string, FormValue> {
  return typeof value === 'object' ? { ...value } : {};
}
