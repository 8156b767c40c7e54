import { bytesToBase64, utf8Bytes, utf8ToByteString } from '#base/bytes.ts';
import type { Result } from '#base/result.ts';
import { ok } from '#base/result.ts';
import type { HeaderPair } from '#proxywasm/host.ts';
import { lowerName } from '../http/headers.ts';
import { requestTextFailure } from './failures.ts';
import type { RequestText } from './request-text.ts';
import { shellWords } from './shell-words.ts';

type Reading =
  | 'method'
  | 'header'
  | 'data'
  | 'data-raw'
  | 'data-urlencode'
  | 'json'
  | 'user'
  | 'cookie'
  | 'agent'
  | 'referer'
  | 'url'
  | 'range'
  | 'skip';

/** Options with a value, by long and short name. */
const withValue: Readonly<Record<string, Reading>> = {
  '--request': 'method',
  '-X': 'method',
  '--header': 'header',
  '-H': 'header',
  '--data': 'data',
  '-d': 'data',
  '--data-ascii': 'data',
  '--data-binary': 'data',
  '--data-raw': 'data-raw',
  '--data-urlencode': 'data-urlencode',
  '--json': 'json',
  '--user': 'user',
  '-u': 'user',
  '--cookie': 'cookie',
  '-b': 'cookie',
  '--user-agent': 'agent',
  '-A': 'agent',
  '--referer': 'referer',
  '-e': 'referer',
  '--url': 'url',
  '--range': 'range',
  '-r': 'range',
  '--output': 'skip',
  '-o': 'skip',
  '--max-time': 'skip',
  '-m': 'skip',
  '--connect-timeout': 'skip',
  '--retry': 'skip',
  '--resolve': 'skip',
  '--connect-to': 'skip',
  '--cacert': 'skip',
  '--cert': 'skip',
  '-E': 'skip',
  '--key': 'skip',
  '--write-out': 'skip',
  '-w': 'skip',
  '--proxy': 'skip',
  '-x': 'skip',
  '--cookie-jar': 'skip',
  '-c': 'skip',
  '--dump-header': 'skip',
  '-D': 'skip',
};

/** Options without a value that change nothing here. */
const flags = new Set([
  '--silent', '-s', '--show-error', '-S', '--verbose', '-v', '--include', '-i', '--location', '-L', '--insecure', '-k', '--fail', '-f', '--fail-with-body',
  '--http1.1', '--http1.0', '--http2', '--http2-prior-knowledge', '--http3', '--no-buffer', '-N', '--globoff', '-g', '--path-as-is', '--no-keepalive', '--ipv4',
  '-4', '--ipv6', '-6', '--remote-name', '-O', '--progress-bar', '-#', '--tlsv1.2', '--tlsv1.3', '--raw',
]); // prettier-ignore

interface Draft {
  method: string | undefined;
  url: string | undefined;
  headers: [string, string][];
  removed: Set<string>;
  data: string[];
  json: boolean;
  get: boolean;
  head: boolean;
  compressed: boolean;
  user: string | undefined;
}

/** A curl command as the request it would send. Fails with the first thing that cannot be understood. */
export function parseCurl(text: string): Result<RequestText> {
  const words = shellWords(text);
  if (!words.ok) return words;
  const draft: Draft = {
    method: undefined,
    url: undefined,
    headers: [],
    removed: new Set(),
    data: [],
    json: false,
    get: false,
    head: false,
    compressed: false,
    user: undefined,
  };
  const list = expandShort(words.value.slice(1));
  for (let i = 0; i < list.length; i++) {
    const word = list[i] ?? '';
    const [name, inline] =
      word.startsWith('--') && word.includes('=') && withValue[word] === undefined ? splitOnce(word, '=') : [word, undefined];
    const reading = withValue[name];
    if (reading !== undefined) {
      const value = inline ?? list[++i];
      if (value === undefined) return requestTextFailure('curl-value', `${name} needs a value.`);
      const problem = apply(draft, reading, value, name);
      if (problem !== undefined) return problem;
    } else if (name === '--get' || name === '-G') draft.get = true;
    else if (name === '--head' || name === '-I') draft.head = true;
    else if (name === '--compressed') draft.compressed = true;
    else if (flags.has(name)) continue;
    else if (name.startsWith('-') && name !== '-') return requestTextFailure('curl-option', `The option ${name} is not understood.`);
    else if (draft.url !== undefined) return requestTextFailure('curl-urls', `There are two URLs: ${draft.url} and ${name}.`);
    else draft.url = name;
  }
  return finish(draft);
}

/** `-sSXPOST` → `-s -S -X POST`. */
function expandShort(words: readonly string[]): readonly string[] {
  const out: string[] = [];
  let value = false;
  for (const word of words) {
    if (value || !/^-[^-]./.test(word)) {
      out.push(word);
      value = !value && withValue[word] !== undefined;
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const name = `-${word.charAt(at)}`;
      out.push(name);
      if (withValue[name] === undefined) continue;
      const rest = word.slice(at + 1);
      if (rest === '') value = true;
      else out.push(rest);
      break;
    }
  }
  return out;
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function apply(draft: Draft, reading: Reading, value: string, option: string): ReturnType<typeof requestTextFailure> | undefined {
  switch (reading) {
    case 'method':
      draft.method = value;
      return undefined;
    case 'header':
      return header(draft, value);
    case 'data':
      if (value.startsWith('@')) return requestTextFailure('curl-file', `${option} ${value} reads a file.`);
      draft.data.push(value);
      return undefined;
    case 'data-raw':
      draft.data.push(value);
      return undefined;
    case 'data-urlencode': {
      const at = value.indexOf('=');
      draft.data.push(
        at < 0 ? encodeURIComponent(value) : `${at === 0 ? '' : `${value.slice(0, at)}=`}${encodeURIComponent(value.slice(at + 1))}`,
      );
      return undefined;
    }
    case 'json':
      if (value.startsWith('@')) return requestTextFailure('curl-file', `${option} ${value} reads a file.`);
      draft.data.push(value);
      draft.json = true;
      return undefined;
    case 'user':
      draft.user = value;
      return undefined;
    case 'cookie':
      if (!value.includes('=')) return requestTextFailure('curl-file', `${option} ${value} reads a cookie file.`);
      draft.headers.push(['cookie', value]);
      return undefined;
    case 'agent':
      draft.headers.push(['user-agent', value]);
      return undefined;
    case 'referer':
      draft.headers.push(['referer', value]);
      return undefined;
    case 'range':
      draft.headers.push(['range', `bytes=${value}`]);
      return undefined;
    case 'url':
      if (draft.url !== undefined) return requestTextFailure('curl-urls', `There are two URLs: ${draft.url} and ${value}.`);
      draft.url = value;
      return undefined;
    default:
      return undefined;
  }
}

/** `Name: value`; `Name;` sends an empty value; `Name:` takes one of curl's own headers out. */
function header(draft: Draft, value: string): ReturnType<typeof requestTextFailure> | undefined {
  const empty = /^([^:;]+);$/.exec(value);
  if (empty !== null) {
    draft.headers.push([lowerName(empty[1] ?? ''), '']);
    return undefined;
  }
  const match = /^([^:\s]+)\s*:\s*([\s\S]*?)\s*$/.exec(value);
  if (match === null) return requestTextFailure('curl-header', `"${value}" is not a header.`);
  const name = lowerName(match[1] ?? '');
  if (match[2] === '') draft.removed.add(name);
  else draft.headers.push([name, match[2] ?? '']);
  return undefined;
}

function finish(draft: Draft): Result<RequestText> {
  if (draft.url === undefined) return requestTextFailure('curl-url', 'The command has no URL.');
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(draft.url) ? draft.url : `http://${draft.url}`);
  } catch {
    return requestTextFailure('curl-url', `${draft.url} is not a URL.`); // the user's text
  }
  const data = draft.data.join('&');
  const body = draft.data.length > 0 && !draft.get ? utf8Bytes(data) : new Uint8Array(0);
  const query = draft.get && data !== '' ? `${url.search === '' ? '?' : `${url.search}&`}${data}` : url.search;
  const method = draft.method ?? (draft.head ? 'HEAD' : draft.data.length > 0 && !draft.get ? 'POST' : 'GET');
  const host = draft.headers.find(([name]) => name === 'host')?.[1] ?? url.host;
  const own: [string, string][] = [];
  const user = draft.user ?? (url.username === '' ? undefined : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`);
  if (user !== undefined) own.push(['authorization', `Basic ${bytesToBase64(utf8Bytes(user.includes(':') ? user : `${user}:`))}`]);
  own.push(['user-agent', 'curl/8.5.0'], ['accept', draft.json ? 'application/json' : '*/*']);
  if (draft.compressed) own.push(['accept-encoding', 'deflate, gzip, br, zstd']);
  if (body.length > 0) own.push(['content-length', String(body.length)]);
  if (draft.data.length > 0 && !draft.get)
    own.push(['content-type', draft.json ? 'application/json' : 'application/x-www-form-urlencoded']);
  const given = new Set(draft.headers.map(([name]) => name));
  const headers = [
    ...own.filter(([name]) => !given.has(name) && !draft.removed.has(name)),
    ...draft.headers.filter(([name]) => name !== 'host'),
  ];
  const pseudo: HeaderPair[] = [
    [':method', method],
    [':scheme', url.protocol.replace(':', '')],
    [':authority', host],
    [':path', `${url.pathname}${query}`],
  ];
  return ok({ headers: [...pseudo, ...headers.map(([name, value]): HeaderPair => [name, utf8ToByteString(value)])], body });
}

/** The curl command that sends this request, for a POSIX shell. */
export function toCurl(request: RequestText): string {
  const pseudo = (name: string): string => request.headers.find(([key]) => key === name)?.[1] ?? '';
  const method = pseudo(':method');
  const hasBody = request.body.length > 0;
  const parts = ['curl'];
  if (method === 'HEAD') parts.push('-I');
  else if (method !== (hasBody ? 'POST' : 'GET')) parts.push('-X', quote(method));
  for (const [name, value] of request.headers) {
    if (!name.startsWith(':') && name !== 'content-length')
      parts.push('-H', quote(value === '' ? `${name};` : `${name}: ${decodeUtf8(value)}`));
  }
  if (hasBody) parts.push('--data-raw', quote(new TextDecoder().decode(request.body)));
  parts.push(quote(`${pseudo(':scheme') || 'http'}://${pseudo(':authority') || 'example.com'}${pseudo(':path') || '/'}`));
  return parts.join(' ');
}

function decodeUtf8(value: string): string {
  return new TextDecoder().decode(Uint8Array.from(value, (c) => c.charCodeAt(0)));
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
