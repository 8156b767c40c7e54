import { bytesToByteString } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import { grpcFrame } from '../../upstreams/grpc-frames.ts';
import type { MethodTarget, TranscoderConfig } from './config.ts';
import type { JsonNode } from './json-tree.ts';
import { readJson, restMistake, skipSpace } from './json-tree.ts';
import { TranscodeError } from './to-wire.ts';
import type { ResolvedBinding } from './weave.ts';
import { weave } from './weave.ts';

const NO_ARRAY = 'Expected an array instead of an object';

/** JSON in, gRPC frames out (grpc-httpjson-transcoding `json_request_translator.cc`). A stream is an array, one message an element. */
export class RequestTranslator {
  readonly #config: TranscoderConfig;
  readonly #target: MethodTarget;
  readonly #bindings: readonly ResolvedBinding[];
  #text: ByteString = '';
  #at = 0;
  /** Inside the array of a stream. */
  #inArray = false;
  #count = 0;
  #done = false;

  constructor(config: TranscoderConfig, target: MethodTarget, bindings: readonly ResolvedBinding[]) {
    this.#config = config;
    this.#target = target;
    this.#bindings = bindings;
  }

  get held(): number {
    return this.#text.length - this.#at;
  }

  /** The frames that are complete now. Throws `TranscodeError`. */
  push(bytes: Uint8Array, ended: boolean): readonly Uint8Array[] {
    this.#text += bytesToByteString(bytes);
    if (this.#target.body === '') return ended ? [this.#frame({ kind: 'object', entries: [] })] : [];
    return this.#target.method.clientStreaming ? this.#stream(ended) : this.#whole(ended);
  }

  #whole(ended: boolean): readonly Uint8Array[] {
    if (this.#done) return [];
    if (skipSpace(this.#text, 0) === this.#text.length) {
      // Without a body the message is what the path and the query give.
      return ended ? this.#finish({ kind: 'object', entries: [] }) : [];
    }
    const read = readJson(this.#text, 0, ended);
    if (read.kind === 'bad') throw new TranscodeError(read.message);
    if (read.kind === 'more') return [];
    this.#at = read.rest;
    const trailing = restMistake(this.#text, read.rest);
    if (trailing !== undefined) throw new TranscodeError(trailing);
    return this.#finish(read.node);
  }

  #finish(node: JsonNode): readonly Uint8Array[] {
    this.#done = true;
    return [this.#frame(node)];
  }

  #stream(ended: boolean): readonly Uint8Array[] {
    const out: Uint8Array[] = [];
    if (ended && skipSpace(this.#text, 0) === this.#text.length) throw new TranscodeError(NO_ARRAY);
    while (!this.#done) {
      this.#at = skipSpace(this.#text, this.#at);
      const c = this.#text[this.#at];
      if (c === undefined) break;
      if (!this.#inArray) {
        if (c !== '[') throw new TranscodeError(NO_ARRAY);
        this.#inArray = true;
        this.#at++;
      } else if (c === ']') {
        this.#at++;
        this.#done = true;
      } else if (c === ',' && this.#count > 0) this.#at++;
      else {
        const read = readJson(this.#text, this.#at, ended);
        if (read.kind === 'bad') throw new TranscodeError(read.message);
        if (read.kind === 'more') break;
        this.#at = read.rest;
        out.push(this.#frame(read.node));
        this.#count++;
      }
    }
    return out;
  }

  #frame(node: JsonNode): Uint8Array {
    const { body, method } = this.#target;
    const names = body === '' || body === '*' ? [] : body.split('.');
    const nested = names.toReversed().reduce<JsonNode>((inner, name) => ({ kind: 'object', entries: [[name, inner]] }), node);
    const isFirst = this.#count === 0;
    const bindings = isFirst || !method.clientStreaming ? this.#bindings : [];
    return grpcFrame(this.#config.wire.root(weave(nested, bindings, this.#config.rejectCollisions), method.input));
  }
}
