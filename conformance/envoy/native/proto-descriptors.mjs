/** Writes descriptor sets by hand: `descriptorSet([file('pkg', { messages, enums, services })])`. */
import { message } from './protobuf.mjs';

const types = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  fixed64: 6,
  fixed32: 7,
  bool: 8,
  string: 9,
  bytes: 12,
  uint32: 13,
  sfixed32: 15,
  sfixed64: 16,
  sint32: 17,
  sint64: 18,
};
const HTTP = 72295728;

export function descriptorSet(files) {
  return message(files.map((file) => [1, file]));
}

/** Fields are `{ name: [number, type, more?] }`; a type that is no scalar begins with a dot, `enum:` before it for enums. */
export function file(name, { path = `${name.replaceAll('.', '/')}.proto`, imports = [], messages = {}, enums = {}, services = {} }) {
  return message([
    [1, path],
    [2, name],
    ...imports.map((other) => [3, other]),
    ...Object.entries(messages).map(([key, fields]) => [4, descriptor(key, fields, name)]),
    ...Object.entries(enums).map(([key, values]) => [5, enumeration(key, values)]),
    ...Object.entries(services).map(([key, methods]) => [
      6,
      message([[1, key], ...Object.entries(methods).map(([method, spec]) => [2, rpc(method, spec)])]),
    ]),
    [12, 'proto3'],
  ]);
}

function descriptor(name, fields, scope) {
  const maps = Object.entries(fields).filter(([, [, type]]) => Array.isArray(type));
  const oneofs = [
    ...new Set(
      Object.values(fields)
        .map(([, , more]) => more?.oneof)
        .filter((oneof) => oneof !== undefined),
    ),
  ];
  return message([
    [1, name],
    ...Object.entries(fields).map(([key, [number, type, more = {}]]) => [
      2,
      Array.isArray(type)
        ? field(key, number, `.${scope}.${name}.${entryName(key)}`, { repeated: true })
        : field(key, number, type, more, oneofs.indexOf(more.oneof)),
    ]),
    ...maps.map(([key, [, [keyType, valueType]]]) => [
      3,
      message([
        [1, entryName(key)],
        [2, field('key', 1, keyType)],
        [2, field('value', 2, valueType)],
        [7, message([[7, true]])],
      ]),
    ]),
    ...oneofs.map((oneof) => [8, message([[1, oneof]])]),
  ]);
}

const entryName = (key) => `${key.replaceAll(/(?:^|_)(.)/g, (_, c) => c.toUpperCase())}Entry`;

function field(name, number, type, { repeated = false } = {}, oneof = -1) {
  const isEnum = type.startsWith('enum:');
  const scalar = types[type];
  return message([
    [1, name],
    [3, BigInt(number)],
    [4, repeated ? 3n : 1n],
    [5, BigInt(scalar ?? (isEnum ? 14 : 11))],
    ...(scalar === undefined ? [[6, type.replace('enum:', '')]] : []),
    ...(oneof >= 0 ? [[9, BigInt(oneof)]] : []),
    [10, name.replaceAll(/_(.)/g, (_, c) => c.toUpperCase())],
  ]);
}

function enumeration(name, values) {
  return message([
    [1, name],
    ...Object.entries(values).map(([key, number]) => [
      2,
      message([
        [1, key],
        [2, BigInt(number)],
      ]),
    ]),
  ]);
}

const verbs = { get: 2, put: 3, post: 4, delete: 5, patch: 6 };

/** `{ input, output, http?: [rule, …], clientStreaming?, serverStreaming? }`; a rule is `{ get: '/path', body? }` or `{ custom: [kind, path] }`. */
function rpc(name, { input, output, http = [], clientStreaming, serverStreaming }) {
  return message([
    [1, name],
    [2, input],
    [3, output],
    ...(http.length > 0 ? [[4, message([[HTTP, httpRule(http[0], http.slice(1))]])]] : []),
    ...(clientStreaming ? [[5, true]] : []),
    ...(serverStreaming ? [[6, true]] : []),
  ]);
}

function httpRule({ custom, body, responseBody, ...rest }, additional = []) {
  const [verb, path] = Object.entries(rest)[0] ?? [];
  return message([
    ...(custom === undefined
      ? [[verbs[verb], path]]
      : [
          [
            8,
            message([
              [1, custom[0]],
              [2, custom[1]],
            ]),
          ],
        ]),
    ...(body === undefined ? [] : [[7, body]]),
    ...(responseBody === undefined ? [] : [[12, responseBody]]),
    ...additional.map((rule) => [11, httpRule(rule)]),
  ]);
}
