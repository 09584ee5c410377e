/**
 * Escapes foreign text for Terraform, which reads `${` and `%{` in any string as the start of an
 * expression; doubled they are literal.
 * https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1
 */
import { Failure } from '../reconciler/core/failure.ts';

/** Throws `InvalidInput` for text that the synthesis itself would read as a token. */
export function literal(text: string): string {
  if (text.includes('${TfToken['))
    throw new Failure('InvalidInput', 'a text holds a synthesis token');
  return text.replaceAll('${', () => '$${').replaceAll('%{', () => '%%{');
}

export function literals(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [literal(name), literal(text)]),
  );
}
