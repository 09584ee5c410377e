/**
 * Parses one page of a bucket's listing. It relies on the documented format instead of a full XML
 * parser, because every run reads up to a hundred pages of a thousand entries.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#API_ListObjectsV2_ResponseSyntax
 */
import { Failure } from '../../core/failure.ts';
import { xmlText } from '../http/xml.ts';

export type StoredObject = { readonly key: string; readonly modified: string };
type ListingPage = {
  readonly objects: readonly StoredObject[];
  /** the continuation token of the next page; null on the last one */
  readonly next: string | null;
};

/** Throws `UnexpectedAnswer` for anything that is not a whole listing. */
export function listingPage(xml: string): ListingPage {
  if (!/<ListBucketResult[\s>]/.test(xml) || !xml.trimEnd().endsWith('</ListBucketResult>'))
    throw nonsense();
  const entries = xml.split('<Contents>').slice(1);
  const objects = entries.map((entry) => ({
    key: textOf(entry, 'Key'),
    modified: timeOf(textOf(entry, 'LastModified')),
  }));
  const outside = entries.length === 0 ? xml : outsideOf(xml);
  if (textOf(outside, 'IsTruncated') === 'false') return { objects, next: null };
  return { objects, next: textOf(outside, 'NextContinuationToken') };
}

/** Sorts the objects of all pages by key. A repeated key means that another one is missing. */
export function inOrder(objects: readonly StoredObject[]): readonly StoredObject[] {
  const sorted = [...objects].sort((a, b) => (a.key < b.key ? -1 : 1));
  if (sorted.some(({ key }, place) => key === sorted[place + 1]?.key))
    throw new Failure('UnexpectedAnswer', 'the state bucket lists a page twice');
  return sorted;
}

/** The text before the first entry and after the last one. */
function outsideOf(xml: string): string {
  const end = '</Contents>';
  return xml.slice(0, xml.indexOf('<Contents>')) + xml.slice(xml.lastIndexOf(end) + end.length);
}

function textOf(xml: string, name: string): string {
  const text = xmlText(xml, name);
  if (text === null) throw nonsense();
  return text;
}

/** The format in which S3 writes times; it needs no conversion. */
const writtenTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function timeOf(text: string): string {
  const ms = Date.parse(text);
  if (!Number.isFinite(ms)) throw nonsense();
  return writtenTime.test(text) ? text : new Date(ms).toISOString();
}

function nonsense(): Failure {
  return new Failure('UnexpectedAnswer', 'the state bucket returned no valid listing');
}
