/** Answers of an external processor: `ProcessingResponse` messages and the stream that brings them. */
import { frame, message, struct } from './protobuf.mjs';

const kinds = { requestHeaders: 1n, responseHeaders: 2n, requestBody: 3n, responseBody: 4n, requestTrailers: 5n, responseTrailers: 6n };
const bodyModes = { NONE: 0n, STREAMED: 1n, BUFFERED: 2n, BUFFERED_PARTIAL: 3n, FULL_DUPLEX_STREAMED: 4n, GRPC: 5n };
const sendModes = { DEFAULT: 0n, SEND: 1n, SKIP: 2n };
const actions = { APPEND: 0n, ADD_IF_ABSENT: 1n, OVERWRITE: 2n, OVERWRITE_IF_EXISTS: 3n };

/** `[[name, value, action?]]`; an action `true` or `false` is the old field `append`, `raw` the bytes form. */
function headerMutation({ set = [], remove = [], raw = true }) {
  return message([
    ...set.map(([key, value, action]) => [
      1,
      message([
        [
          1,
          message([
            [1, key],
            [raw ? 3 : 2, value],
          ]),
        ],
        ...(typeof action === 'boolean' ? [[2, message([[1, action]])]] : []),
        ...(typeof action === 'string' ? [[3, actions[action]]] : []),
      ]),
    ]),
    ...remove.map((key) => [2, key]),
  ]);
}

function common({ replace, set, remove, raw, body, clearBody, streamed, clearRoute }) {
  const mutation =
    body !== undefined
      ? message([[1, body]])
      : clearBody
        ? message([[2, true]])
        : streamed === undefined
          ? undefined
          : message([[3, message([[1, streamed.body ?? ''], ...(streamed.end ? [[2, true]] : [])])]]);
  return message([
    ...(replace ? [[1, 1n]] : []),
    ...((set ?? remove) ? [[2, headerMutation({ set, remove, raw })]] : []),
    ...(mutation === undefined ? [] : [[3, mutation]]),
    ...(clearRoute ? [[5, true]] : []),
  ]);
}

/** `reply('requestHeaders', {…}, { metadata, mode, timeout })`. */
export function reply(kind, change = {}, { metadata, mode, timeoutMs } = {}) {
  const inner = kind.endsWith('Trailers')
    ? message((change.set ?? change.remove) ? [[1, headerMutation(change)]] : [])
    : message([[1, common(change)]]);
  return message([
    [Number(kinds[kind]), inner],
    ...(metadata === undefined ? [] : [[8, struct(metadata)]]),
    ...(mode === undefined ? [] : [[9, processingMode(mode)]]),
    ...(timeoutMs === undefined ? [] : [[10, duration(timeoutMs)]]),
  ]);
}

export function moreTime(ms) {
  return message([[10, duration(ms)]]);
}

function duration(ms) {
  return message([...(ms >= 1000 ? [[1, BigInt(Math.floor(ms / 1000))]] : []), ...(ms % 1000 > 0 ? [[2, BigInt((ms % 1000) * 1e6)]] : [])]);
}

/** `[requestHeaders, responseHeaders, requestBody, responseBody, requestTrailers, responseTrailers]` by their names. */
function processingMode({
  request_header_mode,
  response_header_mode,
  request_body_mode,
  response_body_mode,
  request_trailer_mode,
  response_trailer_mode,
}) {
  const fields = [
    [1, sendModes[request_header_mode]],
    [2, sendModes[response_header_mode]],
    [3, bodyModes[request_body_mode]],
    [4, bodyModes[response_body_mode]],
    [5, sendModes[request_trailer_mode]],
    [6, sendModes[response_trailer_mode]],
  ];
  return message(fields.filter(([, value]) => value !== undefined));
}

export function immediate({ status, set, remove, body, grpc, details }) {
  return message([
    [
      7,
      message([
        ...(status === undefined ? [] : [[1, message([[1, BigInt(status)]])]]),
        ...((set ?? remove) ? [[2, headerMutation({ set, remove })]] : []),
        ...(body === undefined ? [] : [[3, body]]),
        ...(grpc === undefined ? [] : [[4, message([[1, BigInt(grpc)]])]]),
        ...(details === undefined ? [] : [[5, details]]),
      ]),
    ],
  ]);
}

const chunk = (bytes) => ({ base64: bytes.toString('base64') });

/** A processor that sends these messages, one every `gap` milliseconds (long enough for a busy machine); a number is a number of pauses. Then it ends with status 0. */
export function processor(messages, { gap = 120, status = '0', more = {} } = {}) {
  return {
    early: true,
    status: 200,
    headers: [['content-type', 'application/grpc']],
    bodyChunks: messages.flatMap((item) =>
      typeof item === 'number'
        ? Array.from({ length: item }, () => '')
        : [chunk(Array.isArray(item) ? Buffer.concat(item.map(frame)) : frame(item))],
    ),
    chunkDelayMs: gap,
    trailers: [['grpc-status', status]],
    ...more,
  };
}
