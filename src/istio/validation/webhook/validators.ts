import { validateEnvoyFilter } from './envoy-filter.ts';
import { validateDestinationRule } from './networking/destination-rule.ts';
import { validateGateway } from './networking/gateway.ts';
import { validateServiceEntry } from './networking/service-entry.ts';
import { validateSidecar } from './networking/sidecar.ts';
import { validateVirtualService } from './networking/virtual-service.ts';
import { validateWorkloadEntry, validateWorkloadGroup } from './networking/workload.ts';
import { validateAuthorizationPolicy } from './policies/authorization-policy.ts';
import { validatePeerAuthentication } from './policies/peer-authentication.ts';
import { validateProxyConfig } from './policies/proxy-config.ts';
import { validateRequestAuthentication } from './policies/request-authentication.ts';
import { validateTelemetry } from './policies/telemetry.ts';
import type { Validator } from './subject.ts';
import { validateTrafficExtension, validateWasmPlugin } from './wasm.ts';

/** The check of each kind (istio/istio pkg/config/schema/collections). */
export const validators: Readonly<Record<string, Validator>> = {
  AuthorizationPolicy: validateAuthorizationPolicy,
  DestinationRule: validateDestinationRule,
  EnvoyFilter: ({ spec, minor, types }) => validateEnvoyFilter(spec, minor, types),
  Gateway: validateGateway,
  PeerAuthentication: validatePeerAuthentication,
  ProxyConfig: validateProxyConfig,
  RequestAuthentication: validateRequestAuthentication,
  ServiceEntry: validateServiceEntry,
  Sidecar: validateSidecar,
  Telemetry: validateTelemetry,
  TrafficExtension: ({ spec, minor }) => validateTrafficExtension(spec, minor),
  VirtualService: validateVirtualService,
  WasmPlugin: ({ spec, minor }) => validateWasmPlugin(spec, minor),
  WorkloadEntry: validateWorkloadEntry,
  WorkloadGroup: validateWorkloadGroup,
};
