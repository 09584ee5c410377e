/**
 * What a state file holds, of version 4: addresses, ids and labels, and nothing else of it, for a
 * state may hold secrets. https://developer.hashicorp.com/terraform/internals/json-format
 */
import { Failure } from '../../core/failure.ts';
import type { StoredResource, StoredState } from '../../core/stack/state-check.ts';

export function storedState(text: string): StoredState {
  const state = parsed(text);
  const { version, serial, resources } = state;
  if (version !== 4 || typeof serial !== 'number' || !Array.isArray(resources))
    throw new Failure('UnexpectedAnswer', 'a state is not one of version 4', {
      fate: 'stalled',
      scope: 'agent',
    });
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
    const { id, name: called, labels } = objectOf(attributes);
    return {
      address: key === undefined ? plain : `${plain}[${JSON.stringify(key)}]`,
      id: id === undefined || id === null ? null : String(id),
      name: typeof called === 'string' ? called : null,
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

function parsed(text: string): Fields {
  try {
    return objectOf(JSON.parse(text));
  } catch (cause) {
    const message = 'a state is no JSON: it may have been cut off';
    throw new Failure('UnexpectedAnswer', message, { cause, fate: 'stalled', scope: 'agent' });
  }
}

function objectOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
