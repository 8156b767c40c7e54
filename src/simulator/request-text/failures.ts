import type { Failure } from '#base/result.ts';
import { err } from '#base/result.ts';

/** What can be wrong with a pasted request, with advice. */
const table = {
  'request-empty': 'Paste a curl command or a raw HTTP request.',
  'request-unknown': 'Begin with `curl …`, or with a request line such as `GET /path HTTP/1.1`.',
  'curl-quote': 'Close the quotation mark, or put a backslash before it.',
  'curl-value': 'Give the option its value, or take it out.',
  'curl-option': 'Take the option out: it has no meaning for a preview.',
  'curl-url': 'Give one URL, for example http://httpbin:8000/status/418.',
  'curl-urls': 'Send one request at a time: keep one URL.',
  'curl-file': 'Paste the content of the file itself: a preview reads no files.',
  'curl-header': 'Write headers as `Name: value`.',
  'http-header': 'Write headers as `Name: value`, one a line, and leave an empty line before the body.',
  'http-line': 'A request line has a method and a path: `GET /path HTTP/1.1`.',
} as const;

export type RequestTextCode = `simulator/${keyof typeof table}`;

export function requestTextFailure(
  reason: keyof typeof table,
  message: string,
): { readonly ok: false; readonly error: Failure<RequestTextCode> } {
  return err({ code: `simulator/${reason}`, message, help: table[reason] });
}
