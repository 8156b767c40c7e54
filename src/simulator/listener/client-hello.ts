/** What a TLS ClientHello says, as far as filter chains ask. */
export interface ClientHello {
  readonly serverName: string;
  readonly applicationProtocols: readonly string[];
}

export type HelloReading =
  | { readonly kind: 'hello'; readonly hello: ClientHello }
  | { readonly kind: 'more' }
  | { readonly kind: 'not-tls' };

const RECORD_HEADER = 5;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const ALPN = 16;

/** Reads a ClientHello that may be split over records and may not be complete yet (RFC 8446 §4.1.2, RFC 6066 §3, RFC 7301 §3.1). */
export function readClientHello(bytes: Uint8Array): HelloReading {
  // Nothing is judged before a whole record header is there (measured: four bytes of plain text wait).
  if (bytes.length < RECORD_HEADER) return { kind: 'more' };
  if (bytes[0] !== HANDSHAKE) return { kind: 'not-tls' };
  if (bytes[1] !== 3) return { kind: 'not-tls' };
  const message: number[] = [];
  let at = 0;
  while (at + 5 <= bytes.length) {
    if (bytes[at] !== HANDSHAKE) return { kind: 'not-tls' };
    const size = u16(bytes, at + 3);
    message.push(...bytes.subarray(at + 5, at + 5 + size));
    at += 5 + size;
    if (at > bytes.length) break;
  }
  if (message.length < 4) return { kind: 'more' };
  if (message[0] !== CLIENT_HELLO) return { kind: 'not-tls' };
  const length = ((message[1] ?? 0) << 16) | ((message[2] ?? 0) << 8) | (message[3] ?? 0);
  if (message.length < 4 + length) return { kind: 'more' };
  return { kind: 'hello', hello: parse(Uint8Array.from(message.slice(4, 4 + length))) };
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function parse(body: Uint8Array): ClientHello {
  let at = 34;
  at += 1 + (body[at] ?? 0);
  at += 2 + u16(body, at);
  at += 1 + (body[at] ?? 0);
  const end = Math.min(body.length, at + 2 + u16(body, at));
  at += 2;
  let serverName = '';
  let applicationProtocols: readonly string[] = [];
  while (at + 4 <= end) {
    const type = u16(body, at);
    const size = u16(body, at + 2);
    const data = body.subarray(at + 4, at + 4 + size);
    if (type === SERVER_NAME) serverName = text(data.subarray(5, 5 + u16(data, 3))).toLowerCase();
    if (type === ALPN) applicationProtocols = protocolsOf(data);
    at += 4 + size;
  }
  return { serverName, applicationProtocols };
}

function protocolsOf(data: Uint8Array): readonly string[] {
  const out: string[] = [];
  for (let at = 2; at < data.length; at += 1 + (data[at] ?? 0)) out.push(text(data.subarray(at + 1, at + 1 + (data[at] ?? 0))));
  return out;
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
