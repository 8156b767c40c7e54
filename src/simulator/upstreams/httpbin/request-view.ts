import { byteStringToUtf8, bytesToBase64, bytesToUtf8, strictUtf8 } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import type { CallRecord } from '../clusters.ts';

/** A request as httpbin's endpoints read it. */
export interface HttpbinRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  header(name: string): string | undefined;
}

export function readRequest(call: CallRecord): HttpbinRequest {
  const headers = call.headers.map(([name, value]) => [name, byteStringToUtf8(value)] as const);
  const header = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1];
  const [path = '/', query = ''] = (header(':path') ?? '/').split(/\?(.*)/s);
  return { method: header(':method') ?? 'GET', path: decode(path), query: pairsOf(query), headers, body: call.body, header };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not valid percent encoding: the path is taken as it stands
  }
}

/** `a=1&b=%20` as pairs, decoded as forms are. */
export function pairsOf(query: string): readonly (readonly [string, string])[] {
  return [...new URLSearchParams(query)];
}

/** Several values of one name become a list. */
export function multi(pairs: readonly (readonly [string, string])[]): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const [name, value] of pairs) {
    const old = out[name];
    out[name] = old === undefined ? value : [...(Array.isArray(old) ? (old as readonly JsonValue[]) : [old]), value];
  }
  return out;
}

/** Header names as a WSGI server shows them: `x-a-b` → `X-A-B`; lines of one name joined, pseudo headers gone, `Host` in their place. */
export function titleHeaders(request: HttpbinRequest): JsonObject {
  const out: Record<string, string> = {};
  const add = (name: string, value: string): void => {
    const title = name.replaceAll(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
    out[title] = out[title] === undefined ? value : `${out[title]},${value}`;
  };
  for (const [name, value] of request.headers) {
    if (name === ':authority') add('host', value);
    else if (!name.startsWith(':')) add(name, value);
  }
  return out;
}

export function originOf(request: HttpbinRequest): string {
  return request.header('x-forwarded-for') ?? '127.0.0.6';
}

export function urlOf(request: HttpbinRequest): string {
  const scheme = request.header('x-forwarded-proto') ?? 'http';
  return `${scheme}://${request.header(':authority') ?? ''}${request.header(':path') ?? ''}`;
}

/** The parts `get_dict` of httpbin can give. */
export function viewOf(request: HttpbinRequest, ...keys: readonly string[]): JsonObject {
  const type = (request.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const isForm = type === 'application/x-www-form-urlencoded';
  const text = strictUtf8(request.body);
  const all: JsonObject = {
    args: multi(request.query),
    data: isForm ? '' : (text ?? `data:application/octet-stream;base64,${bytesToBase64(request.body)}`),
    files: {},
    form: isForm ? multi(pairsOf(bytesToUtf8(request.body))) : {},
    headers: titleHeaders(request),
    json: parsed(text),
    method: request.method,
    origin: originOf(request),
    url: urlOf(request),
  };
  return Object.fromEntries(keys.map((key) => [key, all[key] ?? null]));
}

function parsed(text: string | undefined): JsonValue {
  if (text === undefined || text === '') return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null; // httpbin shows null for a body that is not JSON
  }
}
