import { base64ToBytes, bytesToBase64, strictUtf8, utf8Bytes } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import type { HeaderPair } from '#proxywasm/host.ts';
import { lowerName } from '../http/headers.ts';
import type { ScenarioBody } from '../scenario.ts';

/** The bytes of a body as scenarios write it. */
export function bodyBytes(body: ScenarioBody | undefined): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array(0);
  if (typeof body === 'string') return utf8Bytes(body);
  if ('base64' in body) return base64ToBytes(body.base64) ?? new Uint8Array(0);
  return utf8Bytes(body.repeat.repeat(body.times));
}

/** How scenarios show bytes: text, base64 if it is not UTF-8, a repetition if long and uniform. */
export function shownBody(bytes: Uint8Array): JsonValue {
  const text = strictUtf8(bytes);
  if (text === undefined) return { base64: bytesToBase64(bytes) };
  if (bytes.length > 2048) {
    const first = text.charAt(0);
    if (text === first.repeat(text.length)) return { repeat: first, times: text.length };
  }
  return text;
}

type HeaderSpec = readonly (readonly [string, string])[] | Readonly<Record<string, string | readonly string[]>>;

/** Headers of a scenario as pairs; names in lower case. */
export function headerPairs(headers: HeaderSpec | undefined): HeaderPair[] {
  if (headers === undefined || headers === null) return [];
  const list: HeaderPair[] = isPairs(headers)
    ? headers.map(([name, value]) => [lowerName(name), String(value)])
    : Object.entries(headers).flatMap(([name, value]) => [value].flat().map((item): HeaderPair => [lowerName(name), String(item)]));
  return list;
}

function isPairs(headers: HeaderSpec): headers is readonly (readonly [string, string])[] {
  return Array.isArray(headers);
}

/** Fields of one name stand next to each other, at the place of the first: what an HTTP/2 library with an object of headers sends. */
export function grouped(pairs: readonly HeaderPair[]): HeaderPair[] {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const list = values.get(name);
    if (list === undefined) values.set(name, [value]);
    else list.push(value);
  }
  return [...values].flatMap(([name, list]) => list.map((value): HeaderPair => [name, value]));
}

/** Largest DATA frame an HTTP/2 peer sends unless told otherwise (RFC 9113 §4.2); Envoy's filters see each frame by itself. */
const FRAME_BYTES = 16_384;

/** A write as the pieces in which Envoy's filters get it: DATA frames, or less where `per_connection_buffer_limit_bytes` is smaller (measured). */
export function frames(chunk: Uint8Array, bufferLimit: number): readonly Uint8Array[] {
  const size = bufferLimit > 0 ? Math.min(FRAME_BYTES, bufferLimit) : FRAME_BYTES;
  if (chunk.length <= size) return [chunk];
  return Array.from({ length: Math.ceil(chunk.length / size) }, (_, i) => chunk.subarray(i * size, (i + 1) * size));
}
