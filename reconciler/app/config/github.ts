/** Reads the credentials for GitHub: a token, or an App's key. */
import type { VariableReader } from './variables.ts';

export type GithubCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'app';
      readonly appId: string;
      readonly privateKey: string;
      /** the repository on which it is installed, `owner/name` */
      readonly repository: string;
      readonly apiUrl: string;
    };

export function githubUrl(reader: VariableReader): string {
  return reader.optional('GITHUB_API_URL') ?? 'https://api.github.com';
}

/** A token if there is one; else an app, which needs both of its variables. */
export function githubCredentials(reader: VariableReader): GithubCredentials {
  const token = reader.optional('GITHUB_TOKEN');
  const appId = reader.optional('GITHUB_APP_ID');
  const privateKey = reader.optional('GITHUB_APP_PRIVATE_KEY');
  if (token !== null) return { kind: 'token', token };
  if (appId !== null && privateKey !== null) {
    const repository = reader.required('GITHUB_REPOSITORY');
    return { kind: 'app', appId, privateKey, repository, apiUrl: githubUrl(reader) };
  }
  if (appId !== null) reader.required('GITHUB_APP_PRIVATE_KEY');
  if (privateKey !== null) reader.required('GITHUB_APP_ID');
  return { kind: 'none' };
}

export function requiredGithubCredentials(reader: VariableReader): GithubCredentials {
  const problems = reader.problems().length;
  const credentials = githubCredentials(reader);
  if (credentials.kind === 'none' && reader.problems().length === problems)
    reader.required('GITHUB_TOKEN');
  return credentials;
}
