/**
 * Checks exchanges against Stripe's published OpenAPI document: missing or mistyped fields of an
 * answer, and unknown parameters of a request. Read lazily, as most of the document is not used.
 */
import { readFileSync } from 'node:fs';

type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
};
type Content = Readonly<Record<string, { readonly schema: Schema }>>;
type Operation = {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
};
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

export type Exchange = {
  readonly method: string;
  /** with its query */
  readonly url: string;
  readonly form: string;
  readonly status: number;
  readonly body: unknown;
};
type StripeOpenapi = {
  /** Empty where the exchange matches the document. */
  problems(exchange: Exchange): readonly string[];
};

export function readStripeOpenapi(file: string): StripeOpenapi {
  const document = JSON.parse(readFileSync(file, 'utf8')) as Document;
  const patterns = Object.keys(document.paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  }));
  return {
    problems(exchange) {
      const path = exchange.url.split('?')[0] ?? '';
      // A fixed path comes before one with a parameter in the same place.
      const found =
        patterns.find((one) => one.path === path) ?? patterns.find((one) => one.pattern.test(path));
      const operation = document.paths[found?.path ?? '']?.[exchange.method.toLowerCase()];
      if (operation === undefined) return [`${exchange.method} ${path} is not in the document`];
      const about = `${exchange.method} ${found?.path ?? ''} ${exchange.status}`;
      const response = operation.responses[exchange.status] ?? operation.responses['default'];
      const schema = response?.content?.['application/json']?.schema ?? {};
      const unlike = unlikeSchema(document, schema, { value: exchange.body, at: 'body' });
      const unknown = exchange.status < 400 ? unknownParameters(operation, exchange) : [];
      return [...unknown, ...unlike].map((problem) => `${about}: ${problem}`);
    },
  };
}

function unknownParameters(operation: Operation, { url, form }: Exchange): readonly string[] {
  const content = operation.requestBody?.content['application/x-www-form-urlencoded'];
  const known = new Set([
    ...(operation.parameters ?? []).map(({ name }) => name),
    ...Object.keys(content?.schema.properties ?? {}),
  ]);
  const names = [url.split('?')[1] ?? '', form].flatMap((text) => [
    ...new URLSearchParams(text).keys(),
  ]);
  return names
    .map((name) => name.split('[')[0] ?? '')
    .filter((name) => !known.has(name))
    .map((name) => `the parameter ${name} is not in the document`);
}

type Found = { readonly value: unknown; readonly at: string };

function unlikeSchema(document: Document, schema: Schema, found: Found): readonly string[] {
  const { value, at } = found;
  if (value === null && schema.nullable === true) return [];
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return unlikeSchema(document, document.components.schemas[name] ?? {}, found);
  }
  if (schema.anyOf !== undefined) return unlikeAny(document, schema.anyOf, found);
  if (schema.type !== undefined && typeOf(value, schema.type) !== schema.type)
    return [`${at} is ${JSON.stringify(value)?.slice(0, 60)}, and not of type ${schema.type}`];
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return [`${at} is ${JSON.stringify(value)}, which is none of its values`];
  if (Array.isArray(value))
    return value.flatMap((one, index) =>
      unlikeSchema(document, schema.items ?? {}, { value: one, at: `${at}[${index}]` }),
    );
  if (typeof value !== 'object' || value === null) return [];
  return unlikeObject(document, schema, { value: value as Record<string, unknown>, at });
}

function unlikeObject(
  document: Document,
  schema: Schema,
  { value, at }: { readonly value: Record<string, unknown>; readonly at: string },
): readonly string[] {
  const lacking = (schema.required ?? [])
    .filter((name) => value[name] === undefined)
    .map((name) => `${at}.${name} is missing`);
  const wrong = Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
    value[name] === undefined
      ? []
      : unlikeSchema(document, inner, { value: value[name], at: `${at}.${name}` }),
  );
  return [...lacking, ...wrong];
}

/** The errors of the alternative that fits best. */
function unlikeAny(
  document: Document,
  alternatives: readonly Schema[],
  found: Found,
): readonly string[] {
  const complaints = alternatives
    .map((one) => unlikeSchema(document, one, found))
    .sort((a, b) => a.length - b.length);
  const isObject = typeof found.value === 'object' && found.value !== null;
  const ofType = complaints.filter((one) => !one.some((text) => text.includes('and not of type')));
  return (isObject && complaints[0]?.length !== 0 ? ofType[0] : undefined) ?? complaints[0] ?? [];
}

function typeOf(value: unknown, wanted: string): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'number')
    return wanted === 'integer' && Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
