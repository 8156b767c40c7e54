import { asArray, asNumber, asObject, asString, asStringMap, isObject, type JsonObject } from '#base/json.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import { creationTime } from '../resource-order.ts';
import type { Resource } from '../resource.ts';
import { kubernetesProtocol, parseProtocol, type Protocol } from './protocol.ts';

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
}

export type Resolution = 'ClientSideLB' | 'DNSLB' | 'DNSRoundRobinLB' | 'Passthrough' | 'Alias' | 'DynamicDNS';

/** A Service or one host of a ServiceEntry, as istiod's registries hold it (istio/istio `pilot/pkg/model/service.go Service`). */
export interface Service {
  readonly hostname: string;
  readonly namespace: string;
  /** Name of the object for Services, the host for ServiceEntries. */
  readonly name: string;
  readonly registry: 'Kubernetes' | 'External';
  readonly resolution: Resolution;
  readonly ports: readonly ServicePort[];
  /** The cluster IPs; only Services of Kubernetes have any. */
  readonly clusterIps: readonly string[];
  readonly defaultAddress: string;
  /** Addresses istiod gave to a host without one, IPv4 first. */
  readonly autoAddresses: readonly string[];
  readonly meshExternal: boolean;
  readonly creationTime: number;
  readonly exportTo: readonly string[] | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly externalName: string | undefined;
  /** Hosts of ExternalName services that lead here. */
  readonly aliases: readonly string[];
  readonly source: ResourceRef;
  readonly resource: Resource;
}

/** The port of that number; UDP does not count (`pilot/pkg/model/service.go GetByPort`). */
export function portOf(service: Service, number: number): ServicePort | undefined {
  return service.ports.find((port) => port.port === number && port.protocol !== 'UDP');
}

export const unspecifiedAddress = '0.0.0.0';

/** A Service of Kubernetes (istio/istio `pilot/pkg/serviceregistry/kube/conversion.go ConvertService`); the same resource gives the same one. */
export function fromKubernetesService(resource: Resource, externalNameAlias: boolean): Service {
  const known = externalNameAlias ? aliasing : plain;
  let service = known.get(resource);
  if (service === undefined) known.set(resource, (service = convertService(resource, externalNameAlias)));
  return service;
}

const aliasing = new WeakMap<Resource, Service>();
const plain = new WeakMap<Resource, Service>();

function convertService(resource: Resource, externalNameAlias: boolean): Service {
  const { spec } = resource;
  const externalName = spec['type'] === 'ExternalName' ? asString(spec['externalName']) : undefined;
  const clusterIp = asString(spec['clusterIP']) ?? '';
  const headless = clusterIp === 'None';
  const more = asArray(spec['clusterIPs']).filter((ip) => typeof ip === 'string');
  const addresses = headless || clusterIp === '' ? [unspecifiedAddress] : more.length > 1 ? more : [clusterIp];
  const exportTo = resource.annotations['networking.istio.io/exportTo'];
  return {
    hostname: `${resource.name}.${resource.namespace}.svc.cluster.local`,
    namespace: resource.namespace,
    name: resource.name,
    registry: 'Kubernetes',
    resolution: headless
      ? 'Passthrough'
      : externalName === undefined || externalName === ''
        ? 'ClientSideLB'
        : externalNameAlias
          ? 'Alias'
          : 'DNSLB',
    ports: asArray(spec['ports']).filter(isObject).map(kubernetesPort),
    clusterIps: addresses,
    defaultAddress: addresses[0] ?? unspecifiedAddress,
    autoAddresses: [],
    meshExternal: externalName !== undefined && externalName !== '',
    creationTime: creationTime(resource),
    exportTo: exportTo === undefined || exportTo === '' ? undefined : exportTo.split(',').map((ns) => ns.trim()),
    labels: resource.labels,
    selector: spec['selector'] === undefined ? undefined : asStringMap(spec['selector']),
    externalName,
    aliases: [],
    source: refOf(resource),
    resource,
  };
}

function kubernetesPort(port: JsonObject): ServicePort {
  const number = asNumber(port['port']) ?? 0;
  const name = asString(port['name']) ?? '';
  return {
    name,
    port: number,
    protocol: kubernetesProtocol({
      number,
      name,
      transport: asString(port['protocol']) ?? 'TCP',
      appProtocol: asString(port['appProtocol']),
    }),
  };
}

const resolutions: Readonly<Record<string, Resolution>> = {
  NONE: 'Passthrough',
  STATIC: 'ClientSideLB',
  DNS: 'DNSLB',
  DNS_ROUND_ROBIN: 'DNSRoundRobinLB',
  DYNAMIC_DNS: 'DynamicDNS',
};

/** One service for each pair of host and address (istio/istio `pilot/pkg/serviceregistry/serviceentry/conversion.go convertServices`). */
export function fromServiceEntry(resource: Resource, addressesTogether: boolean): readonly Service[] {
  const { spec } = resource;
  const exportTo = asArray(spec['exportTo']).filter((ns) => typeof ns === 'string');
  const addresses = asArray(spec['addresses'])
    .filter((address) => typeof address === 'string')
    .flatMap(serviceAddress);
  const selector = asObject(spec['workloadSelector']);
  const base = {
    namespace: resource.namespace,
    registry: 'External' as const,
    resolution: resolutions[asString(spec['resolution']) ?? 'NONE'] ?? 'Passthrough',
    ports: asArray(spec['ports']).filter(isObject).map(entryPort),
    clusterIps: [],
    meshExternal: (spec['location'] ?? 'MESH_EXTERNAL') === 'MESH_EXTERNAL',
    creationTime: creationTime(resource),
    exportTo: exportTo.length === 0 ? undefined : exportTo,
    labels: resource.labels,
    selector: isObject(spec['workloadSelector']) ? asStringMap(selector['labels']) : undefined,
    externalName: undefined,
    aliases: [],
    source: refOf(resource),
    resource,
  };
  const declared = asArray(spec['addresses']).length > 0;
  return asArray(spec['hosts'])
    .filter((host) => typeof host === 'string')
    .flatMap((host) =>
      (declared ? (addressesTogether ? addresses.slice(0, 1) : addresses) : [unspecifiedAddress]).map((defaultAddress) => ({
        ...base,
        clusterIps: addressesTogether && addresses.length > 1 ? addresses : [],
        hostname: host,
        name: host,
        defaultAddress,
        autoAddresses: declared ? [] : autoAddresses(resource, host),
      })),
    );
}

function entryPort(port: JsonObject): ServicePort {
  return {
    name: asString(port['name']) ?? '',
    port: asNumber(port['number']) ?? 0,
    protocol: parseProtocol(asString(port['protocol']) ?? ''),
  };
}

/** Addresses as istiod keeps them: a range of one address is that address; what is no address is dropped. */
function serviceAddress(address: string): readonly string[] {
  const [ip = '', bits] = address.split('/');
  if (bits === undefined) return [ip];
  if (!/^\d+$/.test(bits)) return [];
  return [(ip.includes(':') ? 128 : 32) === Number(bits) ? ip : address];
}

/** The addresses that istiod's allocation controller has written into the status. */
function autoAddresses(resource: Resource, host: string): readonly string[] {
  const found = asArray(asObject(resource.raw['status'])['addresses'])
    .filter(isObject)
    .filter((entry) => entry['host'] === host)
    .flatMap((entry) => asString(entry['value']) ?? []);
  return [...found.filter((ip) => !ip.includes(':')), ...found.filter((ip) => ip.includes(':'))];
}

export function refOf(resource: Resource): ResourceRef {
  return { kind: resource.kind, namespace: resource.namespace, name: resource.name };
}
