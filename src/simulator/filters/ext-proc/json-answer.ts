import { base64ToBytes, bytesToByteString, strictUtf8, utf8Bytes, utf8ToByteString } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { asObject, isObject } from '#base/json.ts';
import { ConfigReader } from '../../config-reader.ts';
import type { CommonAnswer, HeaderChanges, ImmediateAnswer, ProcessorAnswer } from './answer.ts';
import { readMode } from './processing-mode.ts';
import type { ProcessorRequest } from './request.ts';

const NOTHING = new Uint8Array(0);

/** The proto JSON of a `ProcessingResponse`; undefined when the text is none. */
export function readJsonAnswer(body: Uint8Array): ProcessorAnswer | undefined {
  const value = parse(strictUtf8(body) ?? '');
  if (!isObject(value)) return undefined;
  const message = new ConfigReader(value);
  return { ...partOf(message), ...besides(message) };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function besides(message: ConfigReader): Pick<ProcessorAnswer, 'metadata' | 'mode' | 'timeoutMs'> {
  const mode = message.message('mode_override');
  return {
    metadata: message.has('dynamic_metadata') ? asObject(message.raw('dynamic_metadata')) : undefined,
    mode: mode === undefined ? undefined : readMode(mode),
    timeoutMs: message.duration('override_message_timeout'),
  };
}

type Part<T = ProcessorAnswer> = T extends ProcessorAnswer ? Omit<T, 'metadata' | 'mode' | 'timeoutMs'> : never;

function partOf(message: ConfigReader): Part {
  for (const ofRequest of [true, false]) {
    const side = ofRequest ? 'request' : 'response';
    for (const kind of ['headers', 'body'] as const) {
      const inner = message.message(`${side}_${kind}`);
      if (inner !== undefined) return { kind, ofRequest, common: commonOf(inner.message('response')) };
    }
    const trailers = message.message(`${side}_trailers`);
    if (trailers !== undefined) return { kind: 'trailers', ofRequest, headers: changesOf(trailers.message('header_mutation')) };
  }
  const immediate = message.message('immediate_response');
  return immediate === undefined ? { kind: 'unknown' } : { kind: 'immediate', immediate: immediateOf(immediate) };
}

function commonOf(common: ConfigReader | undefined): CommonAnswer {
  const status = common?.raw('status');
  const body = common?.message('body_mutation');
  return {
    replace: status === 'CONTINUE_AND_REPLACE' || status === 1,
    headers: changesOf(common?.message('header_mutation')),
    body:
      body === undefined
        ? undefined
        : body.has('body')
          ? { kind: 'replace', bytes: bytesIn(body, 'body') }
          : { kind: body.bool('clear_body') ? 'clear' : 'none' },
    clearRoute: common?.bool('clear_route_cache') ?? false,
  };
}

function changesOf(changes: ConfigReader | undefined): HeaderChanges | undefined {
  if (changes === undefined) return undefined;
  return {
    set: changes.messages('set_headers').flatMap((option) => {
      const header = option.message('header');
      if (header === undefined) return [];
      const value = bytesToByteString(bytesIn(header, 'raw_value'));
      return [
        { name: header.string('key'), value, bothValues: value !== '' && header.string('value') !== '', append: option.bool('append') },
      ];
    }),
    remove: changes.strings('remove_headers'),
  };
}

function immediateOf(immediate: ConfigReader): ImmediateAnswer {
  return {
    status: immediate.message('status')?.number('code'),
    headers: changesOf(immediate.message('headers')),
    body: bytesToByteString(bytesIn(immediate, 'body')),
    grpcStatus: immediate.message('grpc_status')?.number('status', 0),
    details: utf8ToByteString(immediate.string('details')),
  };
}

function bytesIn(message: ConfigReader, name: string): Uint8Array {
  return base64ToBytes(message.string(name)) ?? NOTHING;
}

/** The proto JSON of a `ProcessingRequest`: names as in the proto, defaults left out. */
export function jsonRequest({ part, ofRequest, metadata, attributes, protocol }: ProcessorRequest): Uint8Array {
  const out: Record<string, JsonValue> = {};
  const headers = part.kind === 'body' ? [] : part.headers;
  const entries = headers.map(([name, value]): JsonObject => ({ key: name, ...(value === '' ? {} : { raw_value: btoa(value) }) }));
  const map: JsonObject = entries.length === 0 ? {} : { headers: entries };
  out[`${ofRequest ? 'request' : 'response'}_${part.kind}`] = {
    headers: map,
    ...(part.kind === 'headers' && part.endStream ? { end_of_stream: true } : {}),
  };
  out['metadata_context'] = Object.keys(metadata).length === 0 ? {} : { filter_metadata: metadata };
  if (attributes !== undefined) out['attributes'] = { 'envoy.filters.http.ext_proc': attributes };
  if (protocol !== undefined) out['protocol_config'] = protocol.bodyAtOnce ? { send_body_without_waiting_for_header_response: true } : {};
  return utf8Bytes(JSON.stringify(out));
}
