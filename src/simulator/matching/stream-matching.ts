import { bytesToByteString } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { celFromExpression } from '../cel/from-proto.ts';
import { evaluateCel } from '../cel/evaluate.ts';
import { streamActivation } from '../cel/stream-activation.ts';
import type { ConfigReader } from '../config-reader.ts';
import { hostOf, portOf } from '../http/connection-info.ts';
import type { HttpStream } from '../http/stream.ts';
import { compileHttpInput } from './http-inputs.ts';
import { isInRange } from './ip.ts';
import type { MatchInput } from './matcher-tree.ts';

const NETWORK = 'envoy.extensions.matching.common_inputs.network.v3.';
const TLS = 'envoy.extensions.matching.common_inputs.ssl.v3.';

const inputs: Readonly<Record<string, MatchInput<HttpStream>>> = {
  [`${NETWORK}DestinationIPInput`]: ({ info }) => hostOf(info.connection.localAddress),
  [`${NETWORK}DestinationPortInput`]: ({ info }) => String(portOf(info.connection.localAddress)),
  [`${NETWORK}SourceIPInput`]: ({ info }) => hostOf(info.connection.remoteAddress),
  [`${NETWORK}SourcePortInput`]: ({ info }) => String(portOf(info.connection.remoteAddress)),
  [`${NETWORK}DirectSourceIPInput`]: ({ info }) => hostOf(info.connection.directRemoteAddress),
  [`${NETWORK}SourceTypeInput`]: ({ info }) => (/^(127\.|\[::1\])/.test(info.connection.remoteAddress) ? 'local' : undefined),
  [`${NETWORK}ServerNameInput`]: ({ info }) => info.connection.requestedServerName || undefined,
  [`${NETWORK}TransportProtocolInput`]: ({ info }) => info.connection.transportProtocol || undefined,
  [`${TLS}UriSanInput`]: ({ info }) => info.connection.tls?.peerUriSans.join(','),
  [`${TLS}DnsSanInput`]: ({ info }) => info.connection.tls?.peerDnsSans.join(','),
  [`${TLS}SubjectInput`]: ({ info }) => info.connection.tls?.peerSubject,
};

/** What a matcher may look at in a stream: its headers and its connection. */
export function compileStreamInput(type: string, config: ConfigReader): MatchInput<HttpStream> | undefined {
  if (Object.hasOwn(inputs, type)) return inputs[type];
  if (type === `${NETWORK}FilterStateInput`) {
    const key = config.string('key');
    return ({ info }) => {
      const bytes = info.filterState.get(key)?.bytes;
      return bytes === undefined ? undefined : bytesToByteString(bytes);
    };
  }
  if (type === `${NETWORK}DynamicMetadataInput`) return metadataInput(config);
  const input = compileHttpInput(type, config);
  return input === undefined ? undefined : ({ request, response }) => input({ request: request.headers, response: response.headers });
}

function metadataInput(config: ConfigReader): MatchInput<HttpStream> {
  const filter = config.string('filter');
  const path = config.messages('path').map((segment) => segment.string('key'));
  return ({ info }) => {
    let value: JsonValue | undefined = info.dynamicMetadata.get(filter);
    for (const key of path) value = isObject(value) ? value[key] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
}

/** Matchers that are more than texts: CEL expressions, ranges of addresses. Undefined: not simulated. */
export function compileStreamMatcher(
  type: string,
  config: ConfigReader,
): ((subject: HttpStream, text: string | undefined) => boolean) | undefined {
  if (type === 'xds.type.matcher.v3.CelMatcher') {
    config.ignore('description');
    const node = celFromExpression(config.message('expr_match'));
    return (stream) => {
      const value = evaluateCel(node, streamActivation(stream));
      return value.kind === 'bool' && value.value;
    };
  }
  if (type === 'envoy.extensions.matching.input_matchers.ip.v3.Ip') {
    config.ignore('stat_prefix');
    const ranges = config.messages('cidr_ranges').map((range) => `${range.string('address_prefix')}/${range.number('prefix_len', 0)}`);
    return (_, text) => text !== undefined && ranges.some((range) => isInRange(text, range));
  }
  return undefined;
}

/** Does a tree ask for what only the response has? Then it is asked when that comes. */
export function looksAtResponse(config: ConfigReader): boolean {
  return JSON.stringify(config.value).includes('HttpResponse');
}
