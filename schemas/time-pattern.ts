/**
 * The pattern of the schemas' format `date-time`: RFC 3339 times that exist in the calendar, in the
 * form that ECMAScript defines. Other forms (an offset without minutes, a blank for the `T`, a leap
 * second) are parsed differently or not at all, and are invalid.
 * https://www.rfc-editor.org/rfc/rfc3339#section-5.6
 * https://tc39.es/ecma262/#sec-date-time-string-format
 */
const date = [
  // every month has 28 days, all but February have 30, seven have 31, and leap years have one more
  String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])`,
  String.raw`\d{4}-(?:0[13-9]|1[0-2])-(?:29|30)`,
  String.raw`\d{4}-(?:0[13578]|1[02])-31`,
  String.raw`(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29`,
].join('|');
const timeOfDay = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?`;
const offset = String.raw`Z|[+-](?:[01]\d|2[0-3]):[0-5]\d`;

export const timePattern = new RegExp(`^(?:${date})T${timeOfDay}(?:${offset})$`);
