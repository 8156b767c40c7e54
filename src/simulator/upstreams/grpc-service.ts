import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { FormatContext } from '../format/formatter.ts';
import { compileFormat } from '../format/formatter.ts';
import { lowerName } from '../http/headers.ts';
import type { Proxy } from '../proxy.ts';
import type { GrpcRequest } from './grpc-client.ts';

/** A `GrpcService`: which cluster answers, how long it may take, what is sent along. */
export interface GrpcServiceTarget {
  readonly cluster: string;
  request(proxy: Proxy, service: string, method: string, context: FormatContext): GrpcRequest;
}

/** Google's own client is not simulated: it is no cluster. */
export function compileGrpcService(config: ConfigReader): GrpcServiceTarget {
  const envoy = config.message('envoy_grpc');
  if (envoy === undefined && !config.has('google_grpc'))
    throw new ConfigError('Validate: GrpcServiceValidationError.TargetSpecifier: is required');
  const cluster = envoy?.string('cluster_name') ?? '';
  envoy?.ignore('authority', 'retry_policy', 'max_receive_message_length', 'skip_envoy_headers');
  const timeoutMs = config.duration('timeout') ?? 0;
  const metadata = config
    .messages('initial_metadata')
    .map((header) => [lowerName(header.string('key')), compileFormat(header.string('value'), true)] as const);
  return {
    cluster,
    request: (proxy, service, method, context) => ({
      cluster,
      service,
      method,
      metadata: metadata.map(([name, format]) => [name, format(context)]),
      timeoutMs,
      forwardedFor: proxy.localAddress,
    }),
  };
}
