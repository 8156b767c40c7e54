import { base64ToBytes, concatBytes } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import { DescriptorIndex } from '#envoy/schema/descriptor-index.ts';
import type { FieldPlan } from '#envoy/schema/plan.ts';
import { Plans } from '#envoy/schema/plan.ts';
import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { enumName } from '../../format/header-operations.ts';
import type { HttpBinding, RpcMethod } from './http-rules.ts';
import { readServices } from './http-rules.ts';
import { PathMatcher, unescapeSpecs } from './path-matcher.ts';
import { builtins } from './status-descriptor.ts';
import type { PrintOptions } from './to-json.ts';
import { JsonWriter } from './to-json.ts';
import { WireWriter } from './to-wire.ts';
import type { ResolvedBinding } from './weave.ts';
import { resolvePath } from './weave.ts';

export const HTTP_BODY = 'google.api.HttpBody';

/** A method as one HTTP rule reaches it. */
export interface MethodTarget {
  readonly method: RpcMethod;
  readonly body: string;
  readonly bodyPath: readonly FieldPlan[];
  readonly bodyIsHttp: boolean;
  readonly responsePath: readonly FieldPlan[];
  readonly responseIsHttp: boolean;
}

/** What a request asks for. */
export type Found =
  | { readonly kind: 'call'; readonly target: MethodTarget; readonly bindings: readonly ResolvedBinding[] }
  /** Nothing to be transcoded, and what would be answered if that is not accepted. */
  | { readonly kind: 'none'; readonly status: 'NOT_FOUND' | 'INVALID_ARGUMENT'; readonly message: string };

export interface TranscoderConfig {
  readonly disabled: boolean;
  readonly wire: WireWriter;
  readonly json: JsonWriter;
  readonly keepsRoute: boolean;
  readonly convertStatus: boolean;
  readonly newlineDelimited: boolean;
  readonly serverSentEvents: boolean;
  readonly rejectUnknownMethod: boolean;
  readonly rejectUnknownParameters: boolean;
  readonly rejectCollisions: boolean;
  readonly maxRequest: number | undefined;
  readonly maxResponse: number | undefined;
  find(method: string, path: ByteString): Found;
}

/** `GrpcJsonTranscoder`. Throws `ConfigError` for what Envoy refuses. */
export function readConfig(config: ConfigReader): TranscoderConfig {
  const bytes = descriptorOf(config);
  const index = new DescriptorIndex(bytes);
  const added = config.bool('convert_grpc_status') ? builtins.filter(([name]) => !index.has(name)).map(([, make]) => make()) : [];
  // Descriptor sets are joined by writing one after the other.
  const plans = new Plans(added.length === 0 ? index : new DescriptorIndex(concatBytes([bytes, ...added])));
  const services = readServices(bytes);
  if (services === undefined) throw new ConfigError('transcoding_filter: Unable to parse proto descriptor');
  const ignoreUnknown = config.bool('ignore_unknown_query_parameters');
  const matcher = new PathMatcher<MethodTarget>({
    unescape: enumName(config.raw('url_unescape_spec'), unescapeSpecs) ?? 'ALL_CHARACTERS_EXCEPT_RESERVED',
    unescapePlus: config.bool('query_param_unescape_plus'),
    anyVerb: config.bool('match_unregistered_custom_verb'),
    ignoredParameters: new Set(config.strings('ignored_query_parameters')),
  });
  register(config, services, plans, matcher);
  const print = config.message('print_options');
  const validation = config.message('request_validation_options');
  return {
    disabled: config.strings('services').length === 0,
    wire: new WireWriter(plans, { caseInsensitiveEnums: config.bool('case_insensitive_enum_parsing') }),
    json: new JsonWriter(plans, printOptions(print)),
    keepsRoute: config.bool('match_incoming_request_route'),
    convertStatus: config.bool('convert_grpc_status'),
    newlineDelimited: print?.bool('stream_newline_delimited') ?? false,
    serverSentEvents: print?.bool('stream_sse_style_delimited') ?? false,
    rejectUnknownMethod: validation?.bool('reject_unknown_method') ?? false,
    rejectUnknownParameters: validation?.bool('reject_unknown_query_parameters') ?? false,
    rejectCollisions: validation?.bool('reject_binding_body_field_collisions') ?? false,
    maxRequest: config.number('max_request_body_size'),
    maxResponse: config.number('max_response_body_size'),
    find(method, full) {
      const at = full.indexOf('?');
      const path = at < 0 ? full : full.slice(0, at);
      const found = matcher.find(method, path, at < 0 ? '' : full.slice(at + 1));
      if (found === undefined) return { kind: 'none', status: 'NOT_FOUND', message: `Could not resolve ${path} to a method.` };
      const bindings: ResolvedBinding[] = [];
      for (const { fieldPath, value } of found.bindings) {
        const resolved = resolvePath(plans, found.target.method.input, fieldPath);
        if (typeof resolved !== 'string') {
          if (!isInsideHttpBody(found.target, resolved)) bindings.push({ path: resolved, value });
        } else if (!ignoreUnknown) return { kind: 'none', status: 'INVALID_ARGUMENT', message: resolved };
      }
      return { kind: 'call', target: found.target, bindings };
    },
  };
}

function printOptions(print: ConfigReader | undefined): PrintOptions {
  const flag = (name: string): boolean => print?.bool(name) ?? false;
  return {
    whitespace: flag('add_whitespace'),
    allPrimitives: flag('always_print_primitive_fields'),
    enumsAsInts: flag('always_print_enums_as_ints'),
    protoNames: flag('preserve_proto_field_names'),
  };
}

/** Fields of an `HttpBody` are never taken from the URL. */
function isInsideHttpBody({ bodyIsHttp, bodyPath }: MethodTarget, path: readonly FieldPlan[]): boolean {
  return bodyIsHttp && bodyPath.every((field, i) => path[i] === field);
}

function descriptorOf(config: ConfigReader): Uint8Array {
  if (config.has('proto_descriptor')) throw new ConfigError('proto_descriptor names a file: give its bytes in proto_descriptor_bin');
  const bytes = base64ToBytes(config.string('proto_descriptor_bin'));
  if (bytes === undefined) throw new ConfigError('transcoding_filter: Unable to parse proto descriptor');
  return bytes;
}

function register(
  config: ConfigReader,
  services: ReadonlyMap<string, readonly RpcMethod[]>,
  plans: Plans,
  matcher: PathMatcher<MethodTarget>,
): void {
  const autoMapping = config.bool('auto_mapping');
  for (const name of config.strings('services')) {
    const methods = services.get(name);
    if (methods === undefined) throw new ConfigError(`transcoding_filter: Could not find '${name}' in the proto descriptor`);
    for (const method of methods) {
      const automatic: HttpBinding = { method: 'POST', template: `/${name}/${method.name}`, body: '*', responseBody: '' };
      const bindings = method.bindings.length > 0 ? method.bindings : autoMapping ? [automatic] : [];
      const [first] = bindings;
      if (first === undefined) continue;
      const full = `${name}.${method.name}`;
      for (const binding of bindings) {
        const target = targetOf(plans, method, { ...binding, responseBody: first.responseBody }, full);
        if (!matcher.add(binding.method, binding.template, target))
          throw new ConfigError(`transcoding_filter: Cannot register '${full}' to path matcher`);
      }
    }
  }
}

function targetOf(plans: Plans, method: RpcMethod, binding: HttpBinding, full: string): MethodTarget {
  const resolved = (type: string, text: string): readonly FieldPlan[] => {
    const path = resolvePath(plans, type, text === '' || text === '*' ? [] : text.split('.'));
    if (typeof path === 'string') throw new ConfigError(`transcoding_filter: Cannot register '${full}': ${path}`);
    return path;
  };
  const isHttp = (type: string, path: readonly FieldPlan[]): boolean => {
    const last = path.at(-1)?.type;
    return last === undefined ? type === HTTP_BODY : last.kind === 'message' && last.typeName === HTTP_BODY;
  };
  const bodyPath = resolved(method.input, binding.body);
  const responsePath = resolved(method.output, binding.responseBody);
  const responseIsHttp = isHttp(method.output, responsePath);
  if (responsePath.length > 0 && !responseIsHttp) {
    throw new ConfigError(
      `transcoding_filter: Cannot register '${full}': Setting "response_body" is not supported yet for non-HttpBody fields: ${full}`,
    );
  }
  return { method, body: binding.body, bodyPath, bodyIsHttp: isHttp(method.input, bodyPath), responsePath, responseIsHttp };
}
