/**
 * GitHub's published OpenAPI document, to hold the local cloud's answers against.
 *
 * It is too big to be a dependency: the setup fetches it (`clientTool('githubOpenapi')`). Only what
 * a test asks for is compiled.
 */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Json = { readonly [key: string]: unknown };

export type Openapi = {
  /** The errors of an answer; null where it matches the document. */
  problemWith(answer: {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly body: unknown;
  }): string | null;
};

export function readOpenapi(path: string): Openapi {
  const document = JSON.parse(readFileSync(path, 'utf8')) as Json;
  const components = at(document, 'components');
  const routes = routesOf(at(document, 'paths'));
  const ajv = new Ajv({ strict: false, allErrors: false });
  // Its default export is the function itself under one loader and holds it under another.
  const add = addFormats as unknown as { default?: (ajv: Ajv) => void } & ((ajv: Ajv) => void);
  (add.default ?? add)(ajv);
  const define = definer(ajv, at(components, 'schemas'));
  const compiled = new Map<unknown, ValidateFunction>();
  const compile = (schema: unknown): ValidateFunction => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const made = ajv.compile(define(schema) as Json);
    compiled.set(schema, made);
    return made;
  };

  return {
    problemWith({ method, path: asked, status, body }) {
      // Conditional answers are documented for the whole API, not for each operation.
      if (status === 304) return null;
      const operation = operationAt(routes, method, asked);
      if (operation === undefined) return `${method} ${asked} is not documented`;
      if (misdocumented.includes(`${method} ${asked}`)) return null;
      const listed = at(operation, 'responses')[String(status)];
      if (listed === undefined) return status < 400 ? `${status} is not documented` : null;
      const response = followed(listed, at(components, 'responses'));
      const schema = schemaIn(response);
      if (schema === undefined) return null;
      const validate = compile(schema);
      return validate(body) ? null : `${method} ${asked}: ${ajv.errorsText(validate.errors)}`;
    },
  };
}

/** The schema requires an account to be a person and an enterprise at the same time. */
const misdocumented = ['GET /app/installations'];

function at(value: unknown, key: string): Json {
  const found = typeof value === 'object' && value !== null ? (value as Json)[key] : undefined;
  return typeof found === 'object' && found !== null ? (found as Json) : {};
}

function followed(value: unknown, responses: Json): Json {
  const reference = (value as Json)['$ref'];
  if (typeof reference !== 'string') return value as Json;
  return at(responses, reference.split('/').at(-1) ?? '');
}

function schemaIn(response: Json): unknown {
  const content = at(response, 'content');
  return at(content, 'application/json')['schema'];
}

type Route = { readonly pattern: RegExp; readonly literal: number; readonly methods: Json };

/** Names of a path that may hold slashes, or nothing. */
const deep = ['{path}', '{ref}', '{branch}', '{basehead}'];

function routesOf(paths: Json): Route[] {
  const routes = Object.entries(paths).map(([template, methods]) => {
    const parts = template.split(/(\{\w+\})/);
    const source = parts.map((part) => {
      if (deep.includes(part)) return '.*';
      return part.startsWith('{') ? '[^/]+' : part.replace(/[.+?^$()|[\]\\]/g, '\\$&');
    });
    return {
      pattern: new RegExp(`^${source.join('')}$`),
      literal: parts.filter((part) => !part.startsWith('{')).join('').length,
      methods: methods as Json,
    };
  });
  // The more specific path comes first.
  return routes.sort((a, b) => b.literal - a.literal);
}

function operationAt(routes: readonly Route[], method: string, path: string): Json | undefined {
  const name = method.toLowerCase();
  const found = routes.find(
    ({ pattern, methods }) => methods[name] !== undefined && pattern.test(path),
  );
  return found === undefined ? undefined : at(found.methods, name);
}

/** Registers the components that a schema refers to, each once, in JSON Schema's own words. */
function definer(ajv: Ajv, schemas: Json): (schema: unknown) => unknown {
  const defined = new Set<string>();
  const converted = (schema: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map(converted);
    if (typeof schema !== 'object' || schema === null) return schema;
    const { nullable, $ref: reference, oneOf, ...others } = schema as Json;
    // The document's alternatives overlap where they have no required field.
    const rest = oneOf === undefined ? others : { ...others, anyOf: oneOf };
    const own =
      typeof reference === 'string'
        ? { $ref: define(reference.split('/').at(-1) ?? '') }
        : Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, kept(key, value)]));
    return nullable === true ? { anyOf: [own, { type: 'null' }] } : own;
  };
  // Examples are no schemas, and an enum's values neither.
  const kept = (key: string, value: unknown) =>
    ['example', 'examples', 'enum', 'default'].includes(key) ? value : converted(value);
  const define = (name: string): string => {
    const id = `github:${name}`;
    if (defined.has(name)) return id;
    defined.add(name);
    ajv.addSchema({ $id: id, ...(converted(schemas[name]) as Json) });
    return id;
  };
  return converted;
}
