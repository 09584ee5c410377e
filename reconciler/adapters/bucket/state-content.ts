/**
 * Reads addresses, ids and labels from a state file of version 4, and nothing else, because a state
 * may hold secrets. https://developer.hashicorp.com/terraform/internals/json-format
 */
import type { StoredResource, StoredState } from '../../core/stack/state-check.ts';

/** Returns the reason as text if it is not such a state. */
export function storedState(text: string): StoredState | string {
  const state = parsed(text);
  if (state === null) return 'it is not JSON, perhaps because it was truncated';
  const { version, serial, resources } = state;
  if (version !== 4 || typeof serial !== 'number' || !Array.isArray(resources))
    return 'its format is not version 4';
  return {
    serial,
    resources: resources
      .map(objectOf)
      .filter(({ mode }) => mode === 'managed')
      .flatMap(resourcesIn)
      .sort((a, b) => (a.address < b.address ? -1 : 1)),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function resourcesIn({ module, type, name, instances }: Fields): readonly StoredResource[] {
  if (!Array.isArray(instances)) return [];
  const plain = [module, type, name].filter((part) => typeof part === 'string').join('.');
  return instances.map((instance): StoredResource => {
    const { index_key: key, status, attributes } = objectOf(instance);
    const { id, labels } = objectOf(attributes);
    return {
      address: key === undefined ? plain : `${plain}[${JSON.stringify(key)}]`,
      id: id === undefined || id === null ? null : String(id),
      labels: labels === undefined || labels === null ? null : textsOf(labels),
      tainted: status === 'tainted',
    };
  });
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectOf(value)).map(([name, one]) => [name, String(one)]),
  );
}

function parsed(text: string): Fields | null {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
