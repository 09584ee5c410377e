/** Errors as GitHub words them: `{message, errors?, documentation_url, status}`. */

/** One entry of a 422's `errors`. */
type FieldError = {
  readonly resource: string;
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'custom';
  readonly field?: string;
  readonly message?: string;
};

type More = {
  /** Some resources answer with plain sentences. */
  readonly errors?: readonly (FieldError | string)[];
  /** A whole address, or the part behind `https://docs.github.com/rest/`. */
  readonly docs?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Thrown by a route; the frame answers it in GitHub's shape. */
export class GithubError extends Error {
  readonly statusCode: number;
  readonly more: More;
  constructor(statusCode: number, message: string, more: More = {}) {
    super(message);
    this.statusCode = statusCode;
    this.more = more;
  }
}

export const notFound = () => new GithubError(404, 'Not Found');

/** An error of GitHub's checks of a resource. */
export function invalid(errors: FieldError | readonly FieldError[]): GithubError {
  return new GithubError(422, 'Validation Failed', { errors: [errors].flat() });
}

export function custom(resource: string, message: string): GithubError {
  return invalid({ resource, code: 'custom', message });
}

/** An error of the check of a body against its schema, before any resource is read. */
export const malformed = (what: string) => new GithubError(422, `Invalid request.\n\n${what}`);

const docsRoot = 'https://docs.github.com/rest';

export function bodyOf(error: GithubError, docs: string | undefined): Record<string, unknown> {
  const { errors, docs: own } = error.more;
  const place = own ?? docs;
  const address = place?.startsWith('https://')
    ? place
    : [docsRoot, place].filter(Boolean).join('/');
  return {
    message: error.message,
    ...(errors === undefined ? {} : { errors }),
    documentation_url: address,
    status: `${error.statusCode}`,
  };
}

/** For unknown routes: GitHub answers 404, not 405, to a known path with another method. */
export function errorBody({ status, message }: { status: number; message: string }): unknown {
  const said = saidOf[status] ?? message;
  return { message: said, documentation_url: docsRoot, status: `${status}` };
}

const saidOf: Readonly<Record<number, string>> = {
  400: 'Problems parsing JSON',
  404: 'Not Found',
  500: 'Server Error',
  502: 'Server Error',
};
