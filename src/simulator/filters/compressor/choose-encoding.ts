import type { ByteString } from '#base/bytes.ts';
import type { Headers } from '../../http/headers.ts';
import type { HttpStream } from '../../http/stream.ts';
import type { CompressorConfig } from './config.ts';

/** What `accept-encoding` comes to for a stream; all compressors of the chain share it. */
export interface EncodingDecision {
  readonly encoding: string;
  readonly reason: 'not-valid' | 'identity' | 'wildcard' | 'compressor';
}

/** A compressor of the chain as the choice sees it. */
export interface RegisteredCompressor {
  readonly config: CompressorConfig;
  encoding(): string;
}

interface StreamEntry {
  readonly compressors: RegisteredCompressor[];
  decision: EncodingDecision | undefined;
}

const streams = new WeakMap<HttpStream, StreamEntry>();

function entryOf(stream: HttpStream): StreamEntry {
  let entry = streams.get(stream);
  if (entry === undefined) streams.set(stream, (entry = { compressors: [], decision: undefined }));
  return entry;
}

/** Each compressor of a stream registers, in the order of the chain. */
export function register(stream: HttpStream, compressor: RegisteredCompressor): void {
  entryOf(stream).compressors.push(compressor);
}

/** The encoding of the response: decided by the first compressor that asks. */
export function decide(stream: HttpStream, accept: ByteString, response: Headers): EncodingDecision {
  const entry = entryOf(stream);
  entry.decision ??= chooseEncoding(accept, entry.compressors, response);
  return entry.decision;
}

const NONE: EncodingDecision = { encoding: 'identity', reason: 'not-valid' };

/** envoy `CompressorFilter::chooseEncoding`. */
export function chooseEncoding(accept: ByteString, compressors: readonly RegisteredCompressor[], response: Headers): EncodingDecision {
  const allowed = new Map<string, boolean>();
  for (const { config, encoding } of compressors) {
    if (!config.response.isTypeAllowed(response)) continue;
    // Of several compressors for one encoding the first counts.
    if (!allowed.has(encoding())) allowed.set(encoding(), config.chooseFirst);
  }
  const accepted = acceptedEncodings(accept);
  for (const [name, weight] of accepted) if (weight === 0) allowed.delete(name);
  if (accepted.length === 0 || allowed.size === 0) return NONE;
  let [name, weight]: readonly [string, number] = ['identity', 0];
  for (const [other, otherWeight] of accepted) {
    if (!allowed.has(other) && other !== 'identity' && other !== '*') continue;
    if (otherWeight > weight || (otherWeight === weight && allowed.get(other) === true)) [name, weight] = [other, otherWeight];
  }
  if (weight === 0) return NONE;
  if (name === 'identity') return { encoding: name, reason: 'identity' };
  if (name === '*') return { encoding: [...allowed.keys()][0] ?? 'identity', reason: 'wildcard' };
  return { encoding: name, reason: 'compressor' };
}

/** `gzip;q=0.5, br` as names and weights; an item whose weight is no number is left out. */
function acceptedEncodings(accept: ByteString): readonly (readonly [string, number])[] {
  const out: (readonly [string, number])[] = [];
  for (const item of accept.split(',')) {
    if (item === '') continue;
    const [name = '', ...rest] = item.split(';');
    const parameter = rest.join(';');
    const at = parameter.indexOf('=');
    let weight = 1;
    if (at >= 0 && parameter.slice(0, at).trim().toLowerCase() === 'q') {
      const text = parameter.slice(at + 1).trim();
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) continue;
      weight = Number(text);
    }
    out.push([name.trim(), weight]);
  }
  return out;
}
