import { utf8Bytes } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import type { HeaderPair } from '#proxywasm/host.ts';
import type { ScriptedAnswer } from '../scripted-responder.ts';
import { redirecting } from './pages.ts';
import { pythonJson } from './python-json.ts';

export const HTML = 'text/html; charset=utf-8';
export const JSON_TYPE = 'application/json';

/** What an endpoint answers; `finish` adds what server and CORS layer add. */
export interface Reply {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: Uint8Array;
  readonly headers: readonly HeaderPair[];
  /** Instead of one body: pieces without content-length. */
  readonly chunks?: readonly Uint8Array[] | undefined;
  readonly delayMs?: number | undefined;
  readonly chunkDelayMs?: number | undefined;
}

export function text(body: string, options: Partial<Reply> = {}): Reply {
  return { status: 200, type: HTML, body: utf8Bytes(body), headers: [], ...options };
}

export function json(value: JsonValue, options: Partial<Reply> = {}): Reply {
  return text(pythonJson(value), { type: JSON_TYPE, ...options });
}

export function bytes(body: Uint8Array, type: string, options: Partial<Reply> = {}): Reply {
  return { status: 200, type, body, headers: [], ...options };
}

export function redirect(target: string, status = 302): Reply {
  return text(redirecting(target), { status, headers: [['location', target]] });
}

/** Headers in gunicorn's order, then those of the CORS layer. */
export function finish(reply: Reply, head: boolean): ScriptedAnswer {
  const length: HeaderPair[] = reply.chunks === undefined && reply.status !== 304 ? [['content-length', String(reply.body.length)]] : [];
  const type: HeaderPair[] = reply.type === undefined ? [] : [['content-type', reply.type]];
  const chunks = reply.chunks ?? (reply.body.length === 0 ? [] : [reply.body]);
  return {
    status: reply.status,
    headers: [
      ['server', 'gunicorn/19.9.0'],
      ...type,
      ...length,
      ...reply.headers,
      ['access-control-allow-origin', '*'],
      ['access-control-allow-credentials', 'true'],
    ],
    chunks: head || reply.status === 204 || reply.status === 304 ? [] : chunks,
    trailers: undefined,
    delayMs: reply.delayMs ?? 0,
    chunkDelayMs: reply.chunkDelayMs ?? 0,
    resetAfterBody: false,
  };
}
