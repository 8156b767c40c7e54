import { byteStringToBytes, bytesToByteString } from '#base/bytes.ts';
import type { HeaderPair } from '#proxywasm/host.ts';
import { lowerName } from '../http/headers.ts';

/** What a decoder finds. */
export interface RequestSink {
  headers(headers: readonly HeaderPair[], version: '1.0' | '1.1', endStream: boolean): void;
  data(data: Uint8Array, endStream: boolean): void;
  trailers(trailers: readonly HeaderPair[]): void;
  /** The bytes are no request; nothing is read after that. */
  error(details: string): void;
}

type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; left: number }
  | { readonly kind: 'chunked'; phase: 'size' | 'data' | 'end' | 'trailers'; left: number };

const NONE: Body = { kind: 'none' };

/** HTTP/1 requests from bytes, one after the other (envoy `source/common/http/http1/codec_impl.cc`). Stops between requests while `paused`. */
export class RequestDecoder {
  readonly #sink: RequestSink;
  #text = '';
  #body: Body = NONE;
  #trailers: HeaderPair[] = [];
  #failed = false;
  /** A response is on its way: further requests of the connection wait. */
  paused = false;

  constructor(sink: RequestSink) {
    this.#sink = sink;
  }

  feed(bytes: Uint8Array): void {
    this.#text += bytesToByteString(bytes);
    this.pump();
  }

  pump(): void {
    while (!this.#failed) {
      const progressed = this.#body.kind === 'none' ? !this.paused && this.#head() : this.#content(this.#body);
      if (!progressed) return;
    }
  }

  #fail(details: string): false {
    this.#failed = true;
    this.#sink.error(details);
    return false;
  }

  #head(): boolean {
    this.#text = this.#text.replace(/^(\r?\n)+/, '');
    if (this.#text === '') return false;
    const end = /\r?\n\r?\n/.exec(this.#text);
    if (end === null) {
      const line = /^[^\n]*\n/.exec(this.#text)?.[0];
      if (line !== undefined && !/^[!#$%&'*+\-.^_`|~\w]+ \S+ HTTP\/1\.[01]\r?\n$/.test(line)) return this.#fail('http1.codec_error');
      return false;
    }
    const [first = '', ...lines] = this.#text.slice(0, end.index).split(/\r?\n/);
    this.#text = this.#text.slice(end.index + end[0].length);
    const match = /^([!#$%&'*+\-.^_`|~\w]+) (\S+) HTTP\/(1\.[01])$/.exec(first);
    if (match === null) return this.#fail('http1.codec_error');
    const [, method = '', target = '', version = '1.1'] = match;
    const headers: HeaderPair[] = [];
    for (const line of lines) {
      const field = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/.exec(line);
      if (field === null) return this.#fail('http1.codec_error');
      const name = lowerName(field[1] ?? '');
      headers.push([name === 'host' ? ':authority' : name, field[2] ?? '']);
    }
    const absolute = /^https?:\/\/([^/?#]+)(.*)$/i.exec(target);
    const path = absolute === null ? target : absolute[2] === '' ? '/' : (absolute[2] ?? '/');
    if (absolute !== null) {
      const at = headers.findIndex(([name]) => name === ':authority');
      headers.splice(at < 0 ? 0 : at, at < 0 ? 0 : 1, [':authority', absolute[1] ?? '']);
    }
    headers.push([':path', path], [':method', method]);
    this.#begin(headers, version === '1.0' ? '1.0' : '1.1');
    return true;
  }

  #begin(headers: readonly HeaderPair[], version: '1.0' | '1.1'): void {
    const value = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1];
    const length = Number(value('content-length') ?? 0);
    const chunked = value('transfer-encoding')?.toLowerCase().endsWith('chunked') === true;
    this.#body = chunked ? { kind: 'chunked', phase: 'size', left: 0 } : length > 0 ? { kind: 'length', left: length } : NONE;
    this.#trailers = [];
    if (this.#body.kind === 'none') this.paused = true;
    this.#sink.headers(headers, version, this.#body.kind === 'none');
  }

  #content(body: Exclude<Body, { kind: 'none' }>): boolean {
    if (body.kind === 'length') {
      if (this.#text === '') return false;
      const piece = this.#take(body.left);
      body.left -= piece.length;
      const end = body.left === 0;
      if (end) this.#over();
      this.#sink.data(byteStringToBytes(piece), end);
      return true;
    }
    return this.#chunk(body);
  }

  #chunk(body: Extract<Body, { kind: 'chunked' }>): boolean {
    if (body.phase === 'data') {
      if (this.#text === '') return false;
      const piece = this.#take(body.left);
      body.left -= piece.length;
      if (body.left === 0) body.phase = 'end';
      this.#sink.data(byteStringToBytes(piece), false);
      return true;
    }
    const line = /^([^\n]*)\n/.exec(this.#text);
    if (line === null) return false;
    this.#text = this.#text.slice(line[0].length);
    const text = (line[1] ?? '').replace(/\r$/, '');
    if (body.phase === 'end') {
      if (text !== '') return this.#fail('http1.codec_error');
      body.phase = 'size';
      return true;
    }
    if (body.phase === 'size') {
      const size = /^([0-9A-Fa-f]+)\s*(;.*)?$/.exec(text);
      if (size === null) return this.#fail('http1.codec_error');
      body.left = Number.parseInt(size[1] ?? '0', 16);
      body.phase = body.left === 0 ? 'trailers' : 'data';
      return true;
    }
    if (text !== '') {
      const field = /^([^:\s]+):[ \t]*(.*?)[ \t]*$/.exec(text);
      if (field === null) return this.#fail('http1.codec_error');
      this.#trailers.push([lowerName(field[1] ?? ''), field[2] ?? '']);
      return true;
    }
    this.#over();
    // Trailers of HTTP/1 are dropped unless they are switched on (`enable_trailers`).
    this.#sink.data(new Uint8Array(0), true);
    return true;
  }

  #take(most: number): string {
    const piece = this.#text.slice(0, most);
    this.#text = this.#text.slice(piece.length);
    return piece;
  }

  #over(): void {
    this.#body = NONE;
    this.paused = true;
  }
}
