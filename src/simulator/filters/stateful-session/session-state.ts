import type { ByteString } from '#base/bytes.ts';
import { base64ToBytes, byteStringToBytes, bytesToBase64, bytesToByteString } from '#base/bytes.ts';
import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { Headers } from '../../http/headers.ts';
import { lowerName } from '../../http/headers.ts';
import { cookieOf } from '../../router/route-entry.ts';
import { ProtoMessage } from '../../wasm/proto-message.ts';
import { ProtoWriter } from '../../wasm/proto-writer.ts';

/** The session of one request (envoy `Http::SessionState`). */
export interface SessionState {
  /** The host the client was sent to before. */
  readonly address: ByteString | undefined;
  /** Tells the client which host it got. */
  remember(address: ByteString, response: Headers): void;
}

/** Where sessions are kept; undefined for requests that have none. */
export type SessionStates = (headers: Headers, nowNs: bigint) => SessionState | undefined;

const PREFIX = 'envoy.extensions.http.stateful_session.';

export function compileSessionStates(extension: ConfigReader): SessionStates {
  const config = extension.any('typed_config');
  const url = config?.typeUrl ?? '';
  const type = url.slice(url.lastIndexOf('/') + 1);
  if (config !== undefined && type === `${PREFIX}cookie.v3.CookieBasedSessionState`) return compileCookie(config.message('cookie'));
  if (config !== undefined && type === `${PREFIX}header.v3.HeaderBasedSessionState`) return compileHeader(lowerName(config.string('name')));
  throw new ConfigError(`Didn't find a registered implementation for name: '${extension.string('name')}'`);
}

/** A header both ways; a response has it whenever the host is another (envoy `stateful_session/header`). */
function compileHeader(name: string): SessionStates {
  return (headers) => {
    const value = headers.get(name);
    const bytes = value === undefined ? undefined : base64ToBytes(value);
    const address = bytes === undefined || bytes.length === 0 ? undefined : bytesToByteString(bytes);
    return { address, remember: (host, response) => response.replace(name, bytesToBase64(byteStringToBytes(host))) };
  };
}

/** A cookie that holds the address and when it ends, as protobuf in base64 (envoy `stateful_session/cookie/cookie.cc`). */
function compileCookie(config: ConfigReader | undefined): SessionStates {
  const name = config?.string('name') ?? '';
  if (name === '')
    throw new ConfigError('Proto constraint validation failed (CookieValidationError.Name: value length must be at least 1 characters)');
  const path = config?.string('path') ?? '';
  const ttl = Math.trunc((config?.duration('ttl') ?? 0) / 1000);
  const attributes = (config?.messages('attributes') ?? []).map((attribute) => {
    const value = attribute.string('value');
    return `; ${attribute.string('name')}${value === '' ? '' : `=${value}`}`;
  });
  return (headers, nowNs) => {
    if (!isBelow(headers.get(':path') ?? '', path)) return undefined;
    const seconds = nowNs / 1_000_000_000n;
    return {
      address: readCookie(cookieOf(headers, name), seconds, ttl > 0),
      remember(host, response) {
        const message = new ProtoWriter().byteString(1, host);
        if (ttl > 0) message.varint(2, seconds + BigInt(ttl));
        const parts = [`${name}="${bytesToBase64(message.finish())}"`];
        if (ttl > 0) parts.push(`; Max-Age=${ttl}`);
        if (path !== '') parts.push(`; Path=${path}`);
        response.add('set-cookie', [...parts, ...attributes, '; HttpOnly'].join(''));
      },
    };
  };
}

function readCookie(value: ByteString | undefined, seconds: bigint, expires: boolean): ByteString | undefined {
  const bytes = value === undefined ? undefined : base64ToBytes(value);
  const message = bytes === undefined ? undefined : ProtoMessage.read(bytes);
  const address = message?.text(1) ?? '';
  if (message === undefined || address === '') return undefined;
  return expires && message.has(2) && seconds > BigInt(message.number(2)) ? undefined : address;
}

/** `/a` covers `/a`, `/a/b` and `/a?b`, not `/ab`. */
function isBelow(requestPath: string, path: string): boolean {
  if (path === '' || path === '/') return true;
  const bare = requestPath.split(/[?#]/)[0] ?? '';
  return bare === path || bare.startsWith(path.endsWith('/') ? path : `${path}/`);
}
