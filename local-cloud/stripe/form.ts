/**
 * Stripe's request bodies and queries: form-encoded, with nested brackets. `a[b][0][c]=1` becomes a
 * tree, and so does `a[]=1`.
 */
import { StripeError } from './errors.ts';

export type FormValue = string | Form;
export type Form = { readonly [name: string]: FormValue };
type Growing = { [name: string]: string | Growing };

const depthMax = 10;
const namesMax = 1000;

export function parseForm(text: string): Form {
  const root = emptyForm();
  let names = 0;
  for (const [key, value] of new URLSearchParams(text)) {
    names += 1;
    if (names > namesMax)
      throw new StripeError(400, `A request has at most ${namesMax} parameters.`, {
        unbegun: true,
      });
    place(root, key, value);
  }
  return root;
}

function place(root: Growing, key: string, value: string): void {
  const [first = '', ...rest] = key.replaceAll(']', '').split('[');
  if (rest.length > depthMax)
    throw new StripeError(400, `Parameter is nested too deeply: ${first}`, { unbegun: true });
  let inner = root;
  let name = first;
  for (const next of rest) {
    const known = inner[name];
    const child = typeof known === 'object' ? known : emptyForm();
    inner[name] = child;
    inner = child;
    name = next === '' ? nextIndex(child) : next;
  }
  inner[name] = value;
}

/** No prototype: a parameter may well be called `constructor`. */
function emptyForm(): Growing {
  return Object.create(null) as Growing;
}

function nextIndex(list: Growing): string {
  return String(Object.keys(list).length);
}
