import { bytesToUtf8 } from '#base/bytes.ts';
import { ProtoMessage } from '../../wasm/proto-message.ts';

/** One way to call a method by HTTP. */
export interface HttpBinding {
  readonly method: string;
  readonly template: string;
  readonly body: string;
  readonly responseBody: string;
}

/** A method of a service, as its descriptor says. */
export interface RpcMethod {
  readonly service: string;
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
  /** `google.api.http` and its additional bindings; empty: there is no such option. */
  readonly bindings: readonly HttpBinding[];
}

/** The extension number of `google.api.http` (google/api/annotations.proto). */
const HTTP_OPTION = 72_295_728;

const text = (message: ProtoMessage, field: number): string => bytesToUtf8(message.bytes(field));

/** The services of a serialised `FileDescriptorSet` by their full names; undefined when the bytes are none. */
export function readServices(bytes: Uint8Array): ReadonlyMap<string, readonly RpcMethod[]> | undefined {
  const set = ProtoMessage.read(bytes);
  if (set === undefined) return undefined;
  const out = new Map<string, readonly RpcMethod[]>();
  for (const file of set.messages(1)) {
    const prefix = text(file, 2) === '' ? '' : `${text(file, 2)}.`;
    for (const service of file.messages(6)) {
      const name = prefix + text(service, 1);
      out.set(
        name,
        service.messages(2).map((method) => methodOf(name, method)),
      );
    }
  }
  return out;
}

function methodOf(service: string, method: ProtoMessage): RpcMethod {
  const options = method.message(4);
  return {
    service,
    name: text(method, 1),
    input: text(method, 2).replace(/^\./, ''),
    output: text(method, 3).replace(/^\./, ''),
    clientStreaming: method.number(5) === 1,
    serverStreaming: method.number(6) === 1,
    bindings: options.has(HTTP_OPTION) ? bindingsOf(options.message(HTTP_OPTION)) : [],
  };
}

const verbs: readonly (readonly [number, string])[] = [
  [2, 'GET'],
  [3, 'PUT'],
  [4, 'POST'],
  [5, 'DELETE'],
  [6, 'PATCH'],
];

/** `google.api.HttpRule`. */
function bindingsOf(rule: ProtoMessage): readonly HttpBinding[] {
  const verb = verbs.find(([field]) => rule.has(field));
  const custom = rule.message(8);
  const [method, template] = verb === undefined ? [text(custom, 1), text(custom, 2)] : [verb[1], text(rule, verb[0])];
  const own: HttpBinding = { method, template, body: text(rule, 7), responseBody: text(rule, 12) };
  return [own, ...rule.messages(11).flatMap(bindingsOf)];
}
