import type { Compressor, CompressorLibrary } from '../../compression/library.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import { BodyBuffer } from '../../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import type { HttpFilterType } from '../filter-type.ts';
import { routeOptions } from '../filter-type.ts';
import { tell } from '../tell.ts';
import { decide, register } from './choose-encoding.ts';
import type { CompressorConfig, CompressorRoute, DirectionConfig } from './config.ts';
import { readConfig, readRoute } from './config.ts';

/** envoy.filters.http.compressor (envoy `source/extensions/filters/http/compressor/compressor_filter.cc`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const compiled = readConfig(config, context);
    const ofRoute = routeOptions(context, readRoute);
    return {
      create: (callbacks) => new CompressorFilter(callbacks, compiled, () => ofRoute(callbacks)),
      note: compiled.library.note,
    };
  },
};

const VARY = 'Accept-Encoding';
const STATUS = 'x-envoy-compression-status';

class CompressorFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #config: CompressorConfig;
  readonly #route: () => CompressorRoute | undefined;
  #accept: string | undefined;
  #request: Compressor | undefined;
  #response: Compressor | undefined;

  constructor(callbacks: ActiveFilter, config: CompressorConfig, route: () => CompressorRoute | undefined) {
    this.#callbacks = callbacks;
    this.#config = config;
    this.#route = route;
    register(callbacks.stream, { config, encoding: () => this.#library.encoding });
  }

  get #library(): CompressorLibrary {
    return this.#route()?.library ?? this.#config.library;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    const { request, response } = this.#config;
    this.#accept = headers.get('accept-encoding');
    const route = this.#route();
    if ((route?.enabled ?? response.enabled) && (route?.removeAcceptEncoding ?? response.removeAcceptEncoding)) {
      headers.remove('accept-encoding');
    }
    const isCompressed =
      !endStream &&
      request.enabled &&
      !isUpgrade(headers) &&
      request.isLongEnough(headers) &&
      request.isTypeAllowed(headers) &&
      !headers.has('content-encoding') &&
      this.#isTransferPlain(headers);
    request.count(isCompressed ? 'compressed' : 'not_compressed');
    if (!isCompressed) return HeadersStatus.Continue;
    headers.remove('content-length');
    headers.set('content-encoding', this.#library.encoding);
    this.#request = this.#library.create();
    tell(this.#callbacks, 'request', 'compressed', `The request body is compressed with ${this.#library.encoding}`);
    return HeadersStatus.Continue;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    if (this.#request !== undefined) compressInPlace(this.#request, this.#config.request, data, endStream);
    return DataStatus.Continue;
  }

  decodeTrailers(): TrailersResult {
    const end = this.#end(this.#request, this.#config.request);
    if (end !== undefined) this.#callbacks.addDecodedData(end, true);
    return TrailersStatus.Continue;
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    const { response } = this.#config;
    const isEnabled = this.#route()?.enabled ?? response.enabled;
    const refusal = response.statusHeader ? this.#refusalWithStatus(headers, isEnabled, endStream) : this.#refusal(headers, isEnabled);
    const mayAsk = !endStream && (refusal === undefined || refusal.countsAccept);
    const isCompressed = mayAsk && this.#isAccepted(headers) && refusal === undefined && this.#isTransferPlain(headers);
    if (response.statusHeader) this.#changeWithStatus(headers, refusal, isCompressed);
    else {
      if (isCompressed) this.#begin(headers);
      if (refusal === undefined) addVary(headers);
    }
    response.count(isCompressed ? 'compressed' : 'not_compressed');
    const { encoding } = this.#library;
    tell(this.#callbacks, 'response', isCompressed ? 'compressed' : 'not-compressed', () =>
      wordsOf(encoding, isCompressed, refusal?.text, endStream),
    );
    return HeadersStatus.Continue;
  }

  #changeWithStatus(headers: Headers, refusal: Refusal | undefined, isCompressed: boolean): void {
    const length = headers.get('content-length') ?? '';
    if (refusal === undefined) addVary(headers);
    if (isCompressed) this.#begin(headers);
    const status = isCompressed ? `Compressed;OriginalLength=${length}` : refusal?.status;
    if (status !== undefined) headers.add(STATUS, `${this.#library.encoding};${status}`);
  }

  #begin(headers: Headers): void {
    sanitizeEtag(headers, this.#config.response.weakenEtag);
    headers.remove('content-length');
    headers.set('content-encoding', this.#library.encoding);
    this.#response = this.#library.create();
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataResult {
    if (this.#response !== undefined) compressInPlace(this.#response, this.#config.response, data, endStream);
    return DataStatus.Continue;
  }

  encodeTrailers(): TrailersResult {
    const end = this.#end(this.#response, this.#config.response);
    if (end !== undefined) this.#callbacks.addEncodedData(end, true);
    return TrailersStatus.Continue;
  }

  /** Trailers end a body whose last piece did not say so. */
  #end(compressor: Compressor | undefined, direction: DirectionConfig): BodyBuffer | undefined {
    if (compressor === undefined) return undefined;
    const rest = new BodyBuffer();
    compressInPlace(compressor, direction, rest, true);
    return rest;
  }

  #refusal(headers: Headers, isEnabled: boolean): Refusal | undefined {
    const { response } = this.#config;
    if (!isEnabled) return { text: reasons.off, countsAccept: false };
    if (!response.isLongEnough(headers)) return { text: reasons.short, countsAccept: false };
    const because = (text: string): Refusal => ({ text, countsAccept: true });
    if (isUpgrade(headers)) return because(reasons.upgrade);
    if (!response.isTypeAllowed(headers)) return because(reasons.type);
    if (isNoTransform(headers)) return because(reasons.noTransform);
    if (!this.#isEtagAllowed(headers)) return because(reasons.etag);
    if (headers.has('content-encoding')) return because(reasons.encoded);
    return this.#isCodeAllowed(headers) ? undefined : because(reasons.code);
  }

  /** With the status header the conditions come in another order, and `accept-encoding` is looked at last (measured). */
  #refusalWithStatus(headers: Headers, isEnabled: boolean, endStream: boolean): Refusal | undefined {
    const { response } = this.#config;
    const because = (text: string, status?: string): Refusal => ({ text, status: endStream ? undefined : status, countsAccept: false });
    if (!isEnabled) return because(reasons.off);
    const isLong = response.isLongEnough(headers);
    if (isUpgrade(headers)) return because(reasons.upgrade);
    if (isNoTransform(headers)) return because(reasons.noTransform);
    if (headers.has('content-encoding')) return because(reasons.encoded);
    if (!isLong) {
      // Envoy asks a second time for the header, and counts again.
      if (!endStream) response.count('content_length_too_small');
      return because(reasons.short, 'ContentLengthTooSmall');
    }
    if (!response.isTypeAllowed(headers)) return because(reasons.type, 'ContentTypeNotAllowed');
    if (!this.#isEtagAllowed(headers)) return because(reasons.etag, 'EtagNotAllowed');
    return this.#isCodeAllowed(headers) ? undefined : because(reasons.code, 'StatusCodeNotAllowed');
  }

  #isCodeAllowed(headers: Headers): boolean {
    return !this.#config.response.uncompressibleCodes.has(Number(headers.get(':status')));
  }

  #isEtagAllowed(headers: Headers): boolean {
    const { response } = this.#config;
    if (!response.disableOnEtag || response.weakenEtag || !headers.has('etag')) return true;
    response.countAccept('not_compressed_etag');
    return false;
  }

  /** Whether the client's `accept-encoding` chooses this compressor. */
  #isAccepted(headers: Headers): boolean {
    const { response } = this.#config;
    if (this.#accept === undefined) {
      response.countAccept('no_accept_header');
      return false;
    }
    const { encoding, reason } = decide(this.#callbacks.stream, this.#accept, headers);
    const isOurs = encoding.toLowerCase() === this.#library.encoding;
    if (reason === 'compressor') response.countAccept(isOurs ? 'header_compressor_used' : 'header_compressor_overshadowed');
    else response.countAccept(reason === 'identity' ? 'header_identity' : reason === 'wildcard' ? 'header_wildcard' : 'header_not_valid');
    return isOurs;
  }

  #isTransferPlain(headers: Headers): boolean {
    const known = new Set(['gzip', 'br', 'deflate', 'compress', 'zstd', this.#library.encoding]);
    return !(headers.get('transfer-encoding') ?? '').split(',').some((item) => known.has(item.trim().toLowerCase()));
  }
}

const reasons = {
  off: 'compression is switched off',
  short: 'the body is too short',
  upgrade: 'the connection is upgraded',
  type: 'its content type is not on the list',
  noTransform: 'cache-control says no-transform',
  etag: 'it has an etag',
  encoded: 'it is encoded already',
  code: 'its status code is excluded',
} as const;

interface Refusal {
  readonly text: string;
  /** Its name in the status header. */
  readonly status?: string | undefined;
  /** The statistics of `accept-encoding` are kept all the same. */
  readonly countsAccept: boolean;
}

function wordsOf(encoding: string, isCompressed: boolean, refusal: string | undefined, endStream: boolean): string {
  if (isCompressed) return `The response body is compressed with ${encoding}`;
  if (refusal !== undefined) return `The response is not compressed: ${refusal}`;
  return endStream ? 'The response is not compressed: it has no body' : 'The response is not compressed: the client does not accept it';
}

function compressInPlace(compressor: Compressor, direction: DirectionConfig, data: BodyBuffer, finish: boolean): void {
  direction.count('total_uncompressed_bytes', data.length);
  data.replace(compressor.compress(data.all(), finish));
  direction.count('total_compressed_bytes', data.length);
}

function isNoTransform(headers: Headers): boolean {
  return hasToken(headers.get('cache-control'), 'no-transform');
}

function isUpgrade(headers: Headers): boolean {
  return hasToken(headers.get('connection'), 'upgrade') && headers.has('upgrade');
}

function hasToken(value: string | undefined, token: string): boolean {
  return (value ?? '').split(',').some((item) => item.trim().toLowerCase() === token);
}

/** A strong tag would promise bytes that are no longer the same: it goes, or becomes a weak one. */
function sanitizeEtag(headers: Headers, weaken: boolean): void {
  const tag = headers.get('etag');
  if (tag === undefined || /^w\//i.test(tag)) return;
  if (weaken) headers.set('etag', `W/${tag}`);
  else headers.remove('etag');
}

function addVary(headers: Headers): void {
  const vary = headers.get('vary');
  if (vary === undefined) headers.set('vary', VARY);
  else if (!vary.split(',').some((item) => item.trim() === VARY)) headers.set('vary', `${vary}, ${VARY}`);
}
