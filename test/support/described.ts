/**
 * Checks requests against a published OpenAPI document: the path and the method exist, every
 * parameter is known there and of its type, no required one is missing, and the body matches the
 * operation. Unknown names are an error, however tolerant the real service may be.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { at, type Json, plainSchema, resolved } from './described-schema.ts';
import { parseFields } from './form-fields.ts';
import type { Exchange } from './recording.ts';

export type Description = {
  /** Empty where the request matches the document. */
  problemsOfRequest(exchange: Exchange): readonly string[];
  /** The same for its answer, which may have fields that the document does not name. */
  problemsOfAnswer(exchange: Exchange): readonly string[];
};

type Found = { readonly template: string; readonly item: Json; readonly operation: Json };
type Judging = { readonly document: Json; readonly exchange: Exchange };

/** @param base what stands before the document's paths in an address, such as `/api/v2` */
export function describedBy(document: Json, base = ''): Description {
  const templates = templatesOf(at(document, 'paths'));
  const found = (exchange: Exchange): Found | undefined => {
    if (!exchange.path.startsWith(`${base}/`)) return undefined;
    const path = exchange.path.slice(base.length);
    const method = exchange.method.toLowerCase();
    const one = templates.find(({ item, pattern }) => method in item && pattern.test(path));
    return one === undefined ? undefined : { ...one, operation: at(one.item, method) };
  };
  return {
    problemsOfRequest(exchange) {
      const one = found(exchange);
      if (one === undefined) return [`${exchange.method} ${exchange.path} is not described`];
      const judging = { document, exchange };
      const parameters = parametersOf(document, one);
      return [
        ...problemsOfPath(judging, parameters, `${base}${one.template}`),
        ...problemsOfQuery(judging, parameters),
        ...problemsOfHeaders(judging, parameters),
        ...problemsOfBody(judging, one.operation),
      ].map((problem) => `${exchange.method} ${one.template}: ${problem}`);
    },
    problemsOfAnswer(exchange) {
      const one = found(exchange);
      if (one === undefined) return [`${exchange.method} ${exchange.path} is not described`];
      const about = `${exchange.method} ${one.template} ${exchange.status}`;
      const responses = at(one.operation, 'responses');
      const listed = responses[String(exchange.status)] ?? responses['default'];
      if (listed === undefined) return [`${about}: this status is not described`];
      const schema = schemaOf(at(resolved(document, listed), 'content'), 'application/json');
      if (schema === undefined) return [];
      const plain = plainSchema(document, schema, 'open');
      return wrongIn(plain, read(exchange.answer)).map((problem) => `${about}: ${problem}`);
    },
  };
}

function templatesOf(paths: Json): (Omit<Found, 'operation'> & { readonly pattern: RegExp })[] {
  const literal = (template: string) => template.replaceAll(/\{[^}]+\}/g, '').length;
  return (
    Object.keys(paths)
      // The more specific path comes first.
      .sort((a, b) => literal(b) - literal(a))
      .map((template) => ({
        template,
        item: at(paths, template),
        pattern: new RegExp(`^${escaped(template).replaceAll(/\\\{[^}]+\}/g, '([^/]+)')}$`),
      }))
  );
}

function escaped(template: string): string {
  return template.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
}

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: unknown;
};

/** Those of the path and those of the operation. */
function parametersOf(document: Json, { item, operation }: Found): readonly Parameter[] {
  return [item['parameters'], operation['parameters']]
    .flatMap((listed) => (Array.isArray(listed) ? listed : []))
    .map((listed) => resolved(document, listed))
    .map((one) => ({
      name: String(one['name']),
      in: String(one['in']),
      required: one['required'] === true,
      schema: one['schema'] ?? schemaOf(at(one, 'content'), 'application/json') ?? {},
    }));
}

function problemsOfPath(
  { document, exchange }: Judging,
  parameters: readonly Parameter[],
  template: string,
): readonly string[] {
  const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');
  const pattern = new RegExp(`^${escaped(template).replaceAll(/\\\{[^}]+\}/g, '([^/]+)')}$`);
  const given = pattern.exec(exchange.path)?.slice(1) ?? [];
  const fields = Object.fromEntries(
    names.map((name, index) => [name, decodeURIComponent(given[index] ?? '')]),
  );
  const schema = schemaOfFields(parameters.filter((one) => one.in === 'path'));
  return wrongText(plainSchema(document, schema, 'closed'), fields).map((one) => `path ${one}`);
}

function problemsOfQuery(
  { document, exchange }: Judging,
  parameters: readonly Parameter[],
): readonly string[] {
  const schema = schemaOfFields(parameters.filter((one) => one.in === 'query'));
  const plain = plainSchema(document, schema, 'closed');
  return wrongText(plain, parseFields(exchange.query)).map((problem) => `query ${problem}`);
}

function problemsOfHeaders(
  { exchange }: Judging,
  parameters: readonly Parameter[],
): readonly string[] {
  return parameters
    .filter((one) => one.in === 'header' && one.required)
    .filter(({ name }) => exchange.headers[name.toLowerCase()] === undefined)
    .map(({ name }) => `the header ${name} is missing`);
}

function schemaOfFields(parameters: readonly Parameter[]): Json {
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  };
}

function problemsOfBody({ document, exchange }: Judging, operation: Json): readonly string[] {
  const described = resolved(document, operation['requestBody'] ?? {});
  const content = at(described, 'content');
  if (exchange.body === '') return described['required'] === true ? ['the body is missing'] : [];
  if (Object.keys(content).length === 0) return ['no body is described'];
  const type = (exchange.headers['content-type'] ?? '').split(';')[0] ?? '';
  const schema = schemaOf(content, type);
  if (schema === undefined) return [`a body of type ${type} is not described`];
  const plain = plainSchema(document, schema, 'closed');
  const wrong =
    type === 'application/x-www-form-urlencoded'
      ? wrongText(plain, parseFields(exchange.body))
      : wrongIn(plain, read(exchange.body));
  return wrong.map((problem) => `body ${problem}`);
}

function schemaOf(content: Json, type: string): unknown {
  return at(content, type)['schema'];
}

const options = { strict: false, allErrors: true, logger: false } as const;
const exact = new Ajv2020(options);
/** Paths, queries and forms are text: a number there is text that reads as one. */
const textual = new Ajv2020({ ...options, coerceTypes: true });
for (const ajv of [exact, textual]) formats.default(ajv);

function wrongIn(schema: Json, value: unknown): readonly string[] {
  return problemsBy(exact, schema, value);
}

function wrongText(schema: Json, fields: unknown): readonly string[] {
  return problemsBy(textual, schema, fields);
}

function problemsBy(ajv: Ajv2020, schema: Json, value: unknown): readonly string[] {
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const named = params['unevaluatedProperty'] ?? params['allowedValues'];
    const more = named === undefined ? '' : `: ${String(named)}`;
    return `${instancePath.slice(1)} ${message}${more}`.trim();
  });
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
