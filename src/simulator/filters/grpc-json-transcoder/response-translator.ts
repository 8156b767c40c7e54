import type { ByteString } from '#base/bytes.ts';
import { base64ToBytes, byteStringToBytes, concatBytes } from '#base/bytes.ts';
import type { Headers } from '../../http/headers.ts';
import { grpcStatusToHttp } from '../../http/local-reply.ts';
import { GrpcFrameReader } from '../../upstreams/grpc-frames.ts';
import { ProtoWriter } from '../../wasm/proto-writer.ts';
import type { MethodTarget, TranscoderConfig } from './config.ts';
import { unwrapHttpBody } from './http-body.ts';
import { PrintError } from './to-json.ts';

/** gRPC frames in, JSON out (grpc-httpjson-transcoding `response_to_json_translator.cc`). */
export class ResponseTranslator {
  readonly target: MethodTarget;
  readonly #config: TranscoderConfig;
  readonly #reader = new GrpcFrameReader();
  headers: Headers | undefined;
  hasBody = false;
  /** The content type of an `HttpBody` has been taken over. */
  typeSet = false;
  problem: ByteString | undefined;
  code = 'INVALID_ARGUMENT';
  #out: ByteString = '';
  #count = 0;
  #ended = false;

  constructor(config: TranscoderConfig, target: MethodTarget) {
    this.#config = config;
    this.target = target;
  }

  get contentType(): string {
    return this.#isEvents ? 'text/event-stream' : 'application/json';
  }

  get #isEvents(): boolean {
    return this.#config.serverSentEvents && this.target.method.serverStreaming;
  }

  get held(): number {
    return this.#out.length;
  }

  push(bytes: Uint8Array, ended: boolean): void {
    const messages = this.#reader.read(bytes);
    if (messages === undefined) {
      this.problem = `Unsupported gRPC frame flag: ${bytes[0] ?? 0}`;
      this.code = 'INTERNAL';
      return;
    }
    for (const message of messages) this.#add(message);
    if (ended) this.#end();
  }

  take(): ByteString {
    const out = this.#out;
    this.#out = '';
    return out;
  }

  #add(message: Uint8Array): void {
    const text = this.#print(message, this.target.method.output);
    if (text === undefined) return;
    const { serverStreaming } = this.target.method;
    if (!serverStreaming) {
      // Of several messages only the first one counts.
      if (this.#count === 0) this.#out += text;
    } else if (this.#isEvents) this.#out += `data: ${text}\n\n`;
    else if (this.#config.newlineDelimited) this.#out += `${text}\n`;
    else this.#out += (this.#count === 0 ? '[' : ',') + text;
    this.#count++;
  }

  #print(message: Uint8Array, type: string): ByteString | undefined {
    try {
      return this.#config.json.message(message, type);
    } catch (error) {
      if (!(error instanceof PrintError)) throw error;
      this.problem = error.message;
      return undefined;
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.target.method.serverStreaming || this.#isEvents || this.#config.newlineDelimited) return;
    this.#out += this.#count === 0 ? '[]' : ']';
  }

  /** What `HttpBody` messages hold; undefined when they are none. */
  httpBodies(messages: readonly Uint8Array[]): Uint8Array | undefined {
    const out: Uint8Array[] = [];
    for (const message of messages) {
      if (message.length === 0) continue;
      const body = unwrapHttpBody(message, this.target.responsePath);
      if (body === undefined) return undefined;
      out.push(body.data);
      if (!this.typeSet) this.headers?.set('content-type', body.contentType);
      this.typeSet = true;
      if (!this.target.method.serverStreaming) {
        this.headers?.set('content-length', String(body.data.length));
        break;
      }
    }
    return concatBytes(out);
  }

  /** The status as JSON, where that is wanted and there is no body. */
  convertedStatus(status: number | undefined, map: Headers): ByteString | undefined {
    if (!this.#config.convertStatus || this.hasBody || status === undefined || status === 0) return undefined;
    const details = map.get('grpc-status-details-bin');
    const given = details === undefined ? undefined : base64ToBytes(details.replace(/=+$/, ''));
    const message = decodeMessage(map.get('grpc-message') ?? '');
    const made = new ProtoWriter().varint(1, BigInt(status));
    if (message !== '') made.byteString(2, message);
    return this.#print(given ?? made.finish(), 'google.rpc.Status');
  }

  showStatus(headers: Headers, map: Headers, status: number, text: ByteString): void {
    headers.set(':status', String(grpcStatusToHttp(status)));
    if (headers === map) for (const name of ['grpc-status', 'grpc-message', 'grpc-status-details-bin']) headers.remove(name);
    headers.set('content-type', 'application/json');
    headers.set('content-length', String(byteStringToBytes(text).length));
  }

  showOutcome(headers: Headers, map: Headers, status: number | undefined): void {
    headers.set(':status', String(status === undefined ? 503 : grpcStatusToHttp(status)));
    if (headers === map) return;
    if (status !== undefined) headers.set('grpc-status', String(status));
    const message = map.get('grpc-message');
    if (message !== undefined) headers.set('grpc-message', message);
  }
}

function decodeMessage(text: ByteString): ByteString {
  return text.replaceAll(/%([0-9a-fA-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
