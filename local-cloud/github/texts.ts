/** The longest texts that GitHub accepts in issues, pull requests and comments. */
import { custom } from './errors.ts';

const titleMax = 256;
const bodyMax = 65_536;

export function checkTexts(
  resource: 'Issue' | 'PullRequest' | 'IssueComment',
  { title = '', body }: { readonly title?: string; readonly body: string | null },
): void {
  if (title.length > titleMax)
    throw custom(resource, `title is too long (maximum is ${titleMax} characters)`);
  if ((body?.length ?? 0) > bodyMax)
    throw custom(resource, `body is too long (maximum is ${bodyMax} characters)`);
}
