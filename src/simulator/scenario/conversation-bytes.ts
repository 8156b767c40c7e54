import { base64ToBytes, concatBytes, utf8Bytes } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { asArray, asObject, isArray, isObject } from '#base/json.ts';
import { parseAddress } from '../matching/ip.ts';

/** The bytes a conversation step names: text, base64, hex, repetition, a RESP array, a PROXY header, a ClientHello, or a list of these. */
export function conversationBytes(value: JsonValue | undefined): Uint8Array {
  if (value === undefined || value === null) return new Uint8Array(0);
  if (typeof value === 'string') return utf8Bytes(value);
  if (isArray(value)) return concatBytes(value.map(conversationBytes));
  if (!isObject(value)) return utf8Bytes(JSON.stringify(value));
  if (typeof value['base64'] === 'string') return base64ToBytes(value['base64']) ?? new Uint8Array(0);
  if (typeof value['hex'] === 'string') return hexBytes(value['hex']);
  if (value['repeat'] !== undefined) return utf8Bytes(String(value['repeat']).repeat(Number(value['times'] ?? 0)));
  if (value['redis'] !== undefined) return respArray(asArray(value['redis']).map(String));
  if (isObject(value['proxy'])) return proxyHeader(value['proxy']);
  if (isObject(value['clientHello'])) return clientHello(value['clientHello']);
  return new Uint8Array(0);
}

function hexBytes(text: string): Uint8Array {
  return Uint8Array.from(text.replaceAll(/\s+/g, '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function respArray(items: readonly string[]): Uint8Array {
  const parts = items.map((item) => `$${utf8Bytes(item).length}\r\n${item}\r\n`);
  return utf8Bytes(`*${items.length}\r\n${parts.join('')}`);
}

const u8 = (n: number): Uint8Array => Uint8Array.of(n);
const u16 = (n: number): Uint8Array => Uint8Array.of(n >> 8, n & 255);
const u24 = (n: number): Uint8Array => Uint8Array.of(n >> 16, (n >> 8) & 255, n & 255);
const vector8 = (bytes: Uint8Array): Uint8Array => concatBytes([u8(bytes.length), bytes]);
const vector16 = (bytes: Uint8Array): Uint8Array => concatBytes([u16(bytes.length), bytes]);

function splitAddress(text: string): readonly [string, number] {
  const at = text.lastIndexOf(':');
  return [text.slice(0, at).replaceAll(/[[\]]/g, ''), Number(text.slice(at + 1))];
}

function proxyHeader(spec: JsonObject): Uint8Array {
  const [source, sourcePort] = splitAddress(String(spec['source'] ?? '1.2.3.4:1234'));
  const [destination, destinationPort] = splitAddress(String(spec['destination'] ?? '10.0.0.1:443'));
  const local = spec['local'] === true;
  const six = source.includes(':');
  if (Number(spec['version'] ?? 1) === 1) {
    return utf8Bytes(local ? 'PROXY UNKNOWN\r\n' : `PROXY TCP${six ? 6 : 4} ${source} ${destination} ${sourcePort} ${destinationPort}\r\n`);
  }
  const tlvs = asArray(spec['tlvs']).map((item) =>
    concatBytes([u8(Number(asObject(item)['type'])), vector16(conversationBytes(asObject(item)['value']))]),
  );
  const address = (text: string): Uint8Array => Uint8Array.from(parseAddress(text) ?? []);
  const body = local
    ? new Uint8Array(0)
    : concatBytes([address(source), address(destination), u16(sourcePort), u16(destinationPort), ...tlvs]);
  return concatBytes([hexBytes('0d0a0d0a000d0a515549540a'), u8(local ? 0x20 : 0x21), u8(local ? 0 : six ? 0x21 : 0x11), vector16(body)]);
}

/** A TLS 1.3 ClientHello with the extensions every client sends; no handshake follows. */
function clientHello(spec: JsonObject): Uint8Array {
  const extension = (type: number, bytes: Uint8Array): Uint8Array => concatBytes([u16(type), vector16(bytes)]);
  const list: Uint8Array[] = [];
  const { sni } = spec;
  if (typeof sni === 'string' && sni !== '') list.push(extension(0, vector16(concatBytes([u8(0), vector16(utf8Bytes(sni))]))));
  list.push(
    extension(10, vector16(hexBytes('001d0017'))),
    extension(11, vector8(u8(0))),
    extension(13, vector16(hexBytes('040308040401'))),
  );
  if (spec['alpn'] !== undefined)
    list.push(extension(16, vector16(concatBytes(asArray(spec['alpn']).map((item) => vector8(utf8Bytes(String(item))))))));
  const versions = spec['versions'] === undefined ? ['0304', '0303'] : asArray(spec['versions']).map(String);
  list.push(extension(43, vector8(hexBytes(versions.join('')))));
  const random = new Uint8Array(32).fill(7);
  const body = concatBytes([
    u16(0x0303),
    random,
    vector8(new Uint8Array(0)),
    vector16(hexBytes('13011302c02bc02f')),
    vector8(u8(0)),
    vector16(concatBytes(list)),
  ]);
  const handshake = concatBytes([u8(1), u24(body.length), body]);
  return concatBytes([u8(22), u16(0x0301), vector16(handshake)]);
}
