/** The platform's programs, which call this service with a token each. */
export const platformScopes = ['commands', 'metrics', 'read'] as const;
export type PlatformScope = (typeof platformScopes)[number];
export type PlatformToken = {
  /** of the program that holds it: in commits and logs */
  readonly name: string;
  readonly scopes: readonly PlatformScope[];
  readonly token: string;
};
