import { base64ToBytes, bytesToUtf8, utf8Bytes } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import type { Random } from '#base/random.ts';
import { randomUuid } from '../../random-uuid.ts';
import { authEndpoints } from './auth.ts';
import { denied, home, html, robots, slideshow, xml } from './pages.ts';
import { pythonJson } from './python-json.ts';
import type { Reply } from './reply.ts';
import { bytes, json, JSON_TYPE, redirect, text } from './reply.ts';
import type { HttpbinRequest } from './request-view.ts';
import { multi, originOf, titleHeaders, viewOf } from './request-view.ts';
import { statusReply } from './status.ts';
import { storedGzip, storedZlib } from './stored-gzip.ts';

/** One path of httpbin. `{name}` matches a segment, `{name*}` the rest. */
export interface Endpoint {
  readonly path: string;
  /** Default: GET (and HEAD). `any` = all methods. */
  readonly methods?: readonly string[] | 'any';
  answer(request: HttpbinRequest, parameters: Readonly<Record<string, string>>, random: Random): Reply;
}

const bodyView = (request: HttpbinRequest): Reply =>
  json(viewOf(request, 'url', 'args', 'form', 'data', 'origin', 'headers', 'files', 'json'));
/** `/anything`: the whole request as JSON. */
export const anything = (request: HttpbinRequest): Reply =>
  json(viewOf(request, 'url', 'args', 'headers', 'origin', 'method', 'form', 'data', 'files', 'json'));
const getView = (request: HttpbinRequest): JsonObject => viewOf(request, 'url', 'args', 'headers', 'origin');
const count = (value: string | undefined, most: number): number => Math.min(most, Math.max(0, Math.floor(Number(value ?? 0)) || 0));
const queryOf = (request: HttpbinRequest, name: string): string | undefined => request.query.find(([key]) => key === name)?.[1];

function randomBytes(length: number, random: Random): Uint8Array {
  const out = new Uint8Array(length);
  random.fill(out);
  return out;
}

function responseHeaders(request: HttpbinRequest): Reply {
  const given = multi(request.query);
  const headers = request.query
    .filter(([name]) => name.toLowerCase() !== 'content-type')
    .map(([name, value]) => [name.toLowerCase(), value] as const);
  let body = '';
  // The body names its own length, so it is written until the length stands.
  for (let i = 0; i < 5; i++) {
    const next = pythonJson({ 'Content-Length': String(utf8Bytes(body).length), 'Content-Type': JSON_TYPE, ...given });
    if (next.length === body.length) break;
    body = next;
  }
  return text(body, { type: JSON_TYPE, headers });
}

function cookiesOf(request: HttpbinRequest): JsonObject {
  const out: Record<string, string> = {};
  for (const item of (request.header('cookie') ?? '').split(';')) {
    const at = item.indexOf('=');
    if (at > 0) out[item.slice(0, at).trim()] = item.slice(at + 1).trim();
  }
  return out;
}

function setCookies(pairs: readonly (readonly [string, string])[]): Reply {
  const reply = redirect('/cookies');
  return { ...reply, headers: [...reply.headers, ...pairs.map(([name, value]) => ['set-cookie', `${name}=${value}; Path=/`] as const)] };
}

function range(request: HttpbinRequest, length: number): Reply {
  const all = Uint8Array.from({ length }, (_, i) => 97 + (i % 26));
  const headers = [
    ['etag', `range${length}`],
    ['accept-ranges', 'bytes'],
  ] as const;
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.header('range') ?? '');
  if (match === null || (match[1] === '' && match[2] === ''))
    return bytes(all, 'application/octet-stream', { headers: [...headers, ['content-range', `bytes 0-${length - 1}/${length}`]] });
  const first = match[1] === '' ? Math.max(0, length - Number(match[2])) : Number(match[1]);
  const last = match[1] === '' || match[2] === '' ? length - 1 : Math.min(Number(match[2]), length - 1);
  if (first > last || first >= length)
    return bytes(new Uint8Array(0), 'text/html; charset=utf-8', {
      status: 416,
      headers: [...headers, ['content-range', `bytes */${length}`]],
    });
  return bytes(all.subarray(first, last + 1), 'application/octet-stream', {
    status: 206,
    headers: [...headers, ['content-range', `bytes ${first}-${last}/${length}`]],
  });
}

function drip(request: HttpbinRequest): Reply {
  const number = Math.max(1, count(queryOf(request, 'numbytes') ?? '10', 10_240));
  const duration = Number(queryOf(request, 'duration') ?? 2);
  return bytes(new Uint8Array(0), 'application/octet-stream', {
    status: Number(queryOf(request, 'code') ?? 200),
    chunks: Array.from({ length: number }, () => utf8Bytes('*')),
    delayMs: Number(queryOf(request, 'delay') ?? 2) * 1000,
    chunkDelayMs: (duration * 1000) / number,
  });
}

function etag(request: HttpbinRequest, tag: string): Reply {
  const list = (name: string): readonly string[] =>
    (request.header(name) ?? '')
      .split(',')
      .map((item) => item.trim().replaceAll(/^W\/|"/g, ''))
      .filter((item) => item !== '');
  const headers = [['etag', tag]] as const;
  const none = list('if-none-match');
  const some = list('if-match');
  if (none.includes(tag) || none.includes('*')) return text('', { status: 304, headers });
  if (some.length > 0 && !some.includes(tag) && !some.includes('*')) return text('', { status: 412, headers });
  return json(getView(request), { headers });
}

function cache(request: HttpbinRequest, random: Random): Reply {
  if (request.header('if-modified-since') !== undefined || request.header('if-none-match') !== undefined) return text('', { status: 304 });
  return json(getView(request), {
    headers: [
      ['last-modified', 'Thu, 09 Oct 2025 08:53:20 GMT'],
      ['etag', randomUuid(random).replaceAll('-', '')],
    ],
  });
}

export const endpoints: readonly Endpoint[] = [
  { path: '/', answer: () => text(home) },
  { path: '/html', answer: () => text(html) },
  { path: '/robots.txt', answer: () => text(robots, { type: 'text/plain' }) },
  { path: '/deny', answer: () => text(denied, { type: 'text/plain' }) },
  { path: '/xml', answer: () => text(xml, { type: 'application/xml' }) },
  { path: '/json', answer: () => json(slideshow) },
  { path: '/encoding/utf8', answer: () => text('<h1>Unicode Demo</h1>\n<p>∮ E⋅da = Q,  n → ∞, ∑ f(i) = ∏ g(i)</p>\n') },
  { path: '/ip', answer: (request) => json({ origin: originOf(request) }) },
  { path: '/uuid', answer: (_, __, random) => json({ uuid: randomUuid(random) }) },
  { path: '/headers', answer: (request) => json({ headers: titleHeaders(request) }) },
  { path: '/user-agent', answer: (request) => json({ 'user-agent': request.header('user-agent') ?? null }) },
  { path: '/get', answer: (request) => json(getView(request)) },
  { path: '/post', methods: ['POST'], answer: bodyView },
  { path: '/put', methods: ['PUT'], answer: bodyView },
  { path: '/patch', methods: ['PATCH'], answer: bodyView },
  { path: '/delete', methods: ['DELETE'], answer: bodyView },
  { path: '/anything', methods: 'any', answer: anything },
  { path: '/anything/{rest*}', methods: 'any', answer: anything },
  { path: '/gzip', answer: (request) => compressed(request, 'gzip', 'gzipped') },
  { path: '/deflate', answer: (request) => compressed(request, 'deflate', 'deflated') },
  { path: '/status/{codes}', methods: 'any', answer: (_, { codes = '' }, random) => statusReply(codes, random) },
  { path: '/response-headers', methods: ['GET', 'POST'], answer: responseHeaders },
  { path: '/redirect/{n}', answer: (_, { n }) => redirect(count(n, 100) <= 1 ? '/get' : `/relative-redirect/${count(n, 100) - 1}`) },
  {
    path: '/relative-redirect/{n}',
    answer: (_, { n }) => redirect(count(n, 100) <= 1 ? '/get' : `/relative-redirect/${count(n, 100) - 1}`),
  },
  {
    path: '/absolute-redirect/{n}',
    answer: (request, { n }) =>
      redirect(`http://${request.header(':authority') ?? ''}${count(n, 100) <= 1 ? '/get' : `/absolute-redirect/${count(n, 100) - 1}`}`),
  },
  {
    path: '/redirect-to',
    methods: 'any',
    answer: (request) => redirect(queryOf(request, 'url') ?? '/', Number(queryOf(request, 'status_code') ?? 302)),
  },
  {
    path: '/stream/{n}',
    answer: (request, { n }) =>
      bytes(new Uint8Array(0), JSON_TYPE, {
        chunks: Array.from({ length: count(n, 100) }, (_, id) => utf8Bytes(`${JSON.stringify({ ...getView(request), id })}\n`)),
      }),
  },
  {
    path: '/delay/{seconds}',
    methods: 'any',
    answer: (request, { seconds }) => ({
      ...json(viewOf(request, 'url', 'args', 'form', 'data', 'origin', 'headers', 'files')),
      delayMs: Math.min(10, Math.max(0, Number(seconds) || 0)) * 1000,
    }),
  },
  { path: '/drip', answer: drip },
  { path: '/base64/{value}', answer: (_, { value = '' }) => text(base64Text(value)) },
  { path: '/cache', answer: (request, _, random) => cache(request, random) },
  {
    path: '/cache/{n}',
    answer: (request, { n }) => json(getView(request), { headers: [['cache-control', `public, max-age=${n ?? ''}`]] }),
  },
  { path: '/etag/{tag}', answer: (request, { tag = '' }) => etag(request, tag) },
  { path: '/bytes/{n}', answer: (_, { n }, random) => bytes(randomBytes(count(n, 102_400), random), 'application/octet-stream') },
  {
    path: '/stream-bytes/{n}',
    answer: (_, { n }, random) =>
      bytes(new Uint8Array(0), 'application/octet-stream', { chunks: [randomBytes(count(n, 102_400), random)] }),
  },
  { path: '/range/{n}', answer: (request, { n }) => range(request, count(n, 102_400)) },
  { path: '/cookies', answer: (request) => json({ cookies: cookiesOf(request) }) },
  { path: '/cookies/set', answer: (request) => setCookies(request.query) },
  { path: '/cookies/set/{name}/{value}', answer: (_, { name = '', value = '' }) => setCookies([[name, value]]) },
  {
    path: '/cookies/delete',
    answer: (request) => {
      const reply = redirect('/cookies');
      const gone = request.query.map(
        ([name]) => ['set-cookie', `${name}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/`] as const,
      );
      return { ...reply, headers: [...reply.headers, ...gone] };
    },
  },
  { path: '/links/{n}', answer: (_, { n }) => redirect(`/links/${n ?? ''}/0`) },
  { path: '/links/{n}/{at}', answer: (_, { n, at }) => text(links(count(n, 200), Number(at))) },
  ...authEndpoints,
];

function compressed(request: HttpbinRequest, encoding: 'gzip' | 'deflate', flag: string): Reply {
  const body = utf8Bytes(pythonJson({ ...viewOf(request, 'origin', 'headers'), method: request.method, [flag]: true }));
  return bytes(encoding === 'gzip' ? storedGzip(body) : storedZlib(body), JSON_TYPE, { headers: [['content-encoding', encoding]] });
}

function base64Text(value: string): string {
  const decoded = base64ToBytes(value);
  return decoded === undefined ? 'Incorrect Base64 data try: SFRUUEJJTiBpcyBhd2Vzb21l' : bytesToUtf8(decoded);
}

function links(n: number, at: number): string {
  const items = Array.from({ length: n }, (_, i) => (i === at ? `${i} ` : `<a href='/links/${n}/${i}'>${i}</a> `));
  return `<html><head><title>Links</title></head><body>${items.join('')}</body></html>`;
}
