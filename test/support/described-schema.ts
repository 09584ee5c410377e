/**
 * A schema of an OpenAPI document as JSON Schema, with its references resolved. Closed, an object
 * may only have the named fields.
 */
export type Json = { readonly [key: string]: unknown };

type Closing = 'closed' | 'open';
type Place = { readonly document: Json; readonly closing: Closing; readonly inside: Json[] };

export function plainSchema(document: Json, schema: unknown, closing: Closing): Json {
  return converted({ document, closing, inside: [] }, schema);
}

function converted(place: Place, schema: unknown): Json {
  const own = resolved(place.document, schema);
  // A recursive schema is not checked any deeper.
  if (place.inside.includes(own)) return {};
  const here = { ...place, inside: [...place.inside, own] };
  const { nullable, ...rest } = own;
  const isUnion = ['anyOf', 'oneOf', 'allOf'].some((name) => name in rest);
  const isObject = rest['properties'] !== undefined || rest['allOf'] !== undefined;
  // Fields of a part are fields of the whole: there the whole is closed.
  const within: Place = isUnion && isObject ? { ...here, closing: 'open' } : here;
  const words = Object.entries(rest).flatMap(([word, value]) => wordOf(here, within, word, value));
  const closes =
    here.closing === 'closed' && isObject && rest['additionalProperties'] === undefined;
  const plain: Json = {
    ...Object.fromEntries(words),
    ...(closes ? { unevaluatedProperties: false } : {}),
  };
  return nullable === true ? { anyOf: [plain, { type: 'null' }] } : plain;
}

function wordOf(
  here: Place,
  within: Place,
  word: string,
  value: unknown,
): readonly (readonly [string, unknown])[] {
  switch (word) {
    case 'properties':
    case 'patternProperties':
      return [[word, eachOf(value, (schema) => converted(here, schema))]];
    case 'items':
    case 'not':
      return [[word, converted(here, value)]];
    case 'additionalProperties':
      // A forbidden name is reported as such, wherever it is written.
      if (value === false) return [['unevaluatedProperties', false]];
      return [[word, value === true ? true : converted(here, value)]];
    case 'allOf':
    case 'anyOf':
      return [[word, listOf(value).map((schema) => converted(within, schema))]];
    case 'oneOf':
      // Alternatives of published documents overlap where they have no required field.
      return [['anyOf', listOf(value).map((schema) => converted(within, schema))]];
    default:
      return asserting.includes(word) ? [[word, value]] : [];
  }
}

/** Keywords that constrain a value, as they are; those for readers are left out. */
const asserting = [
  'type',
  'enum',
  'const',
  'format',
  'pattern',
  'required',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
];

function eachOf(value: unknown, make: (schema: unknown) => Json): Json {
  const schemas = typeof value === 'object' && value !== null ? value : {};
  return Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, make(one)]));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The object there, an empty one where there is none. */
export function at(value: Json, key: string): Json {
  const found = value[key];
  return typeof found === 'object' && found !== null ? (found as Json) : {};
}

/** The target of a reference, or the value itself. */
export function resolved(document: Json, value: unknown): Json {
  const own = typeof value === 'object' && value !== null ? (value as Json) : {};
  const { $ref: reference } = own;
  if (typeof reference !== 'string') return own;
  const parts = reference.split('/').slice(1);
  const names = parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce(at, document);
}
