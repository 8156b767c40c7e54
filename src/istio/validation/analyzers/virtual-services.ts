import type { JsonObject, JsonPath } from '#base/json.ts';
import { goQuote } from '../../api/go-json.ts';
import { hostsMatch } from '../../registry/host.ts';
import { compareText } from '../../resource-order.ts';
import { message, messages, number, text, texts } from '../webhook/words/fields.ts';
import { goList, type Analyzed, type AnalyzedMesh, type Finding } from './finding.ts';
import { findHost, fullHost, hostKey, knownHosts } from './hosts.ts';

interface Destination {
  readonly destination: JsonObject;
  readonly path: JsonPath;
  readonly isMirror: boolean;
}

function destinationsOf(spec: JsonObject): readonly Destination[] {
  const routes = ['tcp', 'tls', 'http'].flatMap((kind) =>
    messages(spec, kind).flatMap((route, index) =>
      messages(route, 'route').map((one, at) => ({
        destination: message(one, 'destination') ?? {},
        path: ['spec', kind, index, 'route', at, 'destination'],
        isMirror: false,
      })),
    ),
  );
  const mirrors = messages(spec, 'http').flatMap((route, index) => {
    const one = message(route, 'mirror');
    const several = messages(route, 'mirrors').map((mirror, at) => ({
      destination: message(mirror, 'destination') ?? {},
      path: ['spec', 'http', index, 'mirrors', at, 'destination'],
      isMirror: true,
    }));
    return one === undefined ? several : [{ destination: one, path: ['spec', 'http', index, 'mirror'], isMirror: true }, ...several];
  });
  return [...routes, ...mirrors];
}

/** Hosts, ports and subsets that routes lead to (istio/istio pkg/config/analysis/analyzers/virtualservice destinationhosts.go, destinationrules.go). */
export function analyzeDestinations(mesh: AnalyzedMesh): readonly Finding[] {
  const hosts = knownHosts(mesh);
  const subsets = new Set(
    mesh
      .of('DestinationRule')
      .flatMap(({ spec, namespace }) =>
        messages(spec, 'subsets').map((subset) => `${hostKey(namespace, text(spec, 'host'))} ${text(subset, 'name')}`),
      ),
  );
  return mesh.of('VirtualService').flatMap(({ resource, spec, namespace }) =>
    destinationsOf(spec).flatMap(({ destination, path, isMirror }): readonly Finding[] => {
      const out: Finding[] = [];
      const host = text(destination, 'host');
      const missing = (what: string, name: string, ...at: JsonPath): void => {
        out.push({ code: 'IST0101', resource, text: `Referenced ${what} not found: ${goQuote(name)}`, path: [...path, ...at] });
      };
      const known = findHost(hosts, namespace, texts(spec, 'exportTo'), host);
      const port = message(destination, 'port');
      if (known === undefined) missing(isMirror ? 'mirror host' : 'host', host, 'host');
      else if (port !== undefined) {
        const value = number(port, 'number');
        if (!known.ports.includes(value)) missing('host:port', `${host}:${value}`, 'port', 'number');
      } else if (known.ports.length > 1) {
        const which = `routes to a service ${goQuote(host)} that exposes multiple ports ${goList(known.ports)}`;
        const need = 'Specifying a port in the destination is required to disambiguate.';
        out.push({ code: 'IST0112', resource, text: `This VirtualService ${which}. ${need}`, path: [...path, 'host'] });
      }
      const subset = text(destination, 'subset');
      if (subset !== '' && !subsets.has(`${hostKey(namespace, host)} ${subset}`))
        missing(`${isMirror ? 'mirror' : 'host'}+subset in destinationrule`, `${host}+${subset}`, 'subset');
      return out;
    }),
  );
}

/** Subsets chosen in the mesh that a gateway's route to the same host does not name (destinationhosts.go analyzeSubset). */
export function analyzeIngressSubsets(mesh: AnalyzedMesh): readonly Finding[] {
  const all = mesh.of('VirtualService');
  const routesOf = ({ spec }: Analyzed): readonly Destination[] => destinationsOf({ http: spec['http'] }).filter((one) => !one.isMirror);
  const withSubset = all.flatMap((one) =>
    routesOf(one).flatMap(({ destination }) => {
      const host = text(destination, 'host');
      const count = text(destination, 'subset') === '' ? 0 : texts(one.spec, 'hosts').filter((own) => own === host).length;
      return count === 0 ? [] : [{ name: one.name, host }];
    }),
  );
  return all.flatMap((one) => {
    if (texts(one.spec, 'gateways').length === 0) return [];
    return routesOf(one).flatMap(({ destination, path }) => {
      if (text(destination, 'subset') !== '') return [];
      const affected = withSubset.filter(({ host }) => host === text(destination, 'host'));
      return affected.map(({ name }): Finding => {
        const words = `Subset in virtual service ${name} has no effect on ingress gateway ${one.name} requests`;
        return { code: 'IST0140', resource: one.resource, text: words, path };
      });
    });
  });
}

/** The Gateways that VirtualServices name (virtualservice/gateways.go). */
export function analyzeGatewayReferences(mesh: AnalyzedMesh): readonly Finding[] {
  const gateways = new Map(mesh.of('Gateway').map((gateway) => [gateway.name, gateway]));
  return mesh.of('VirtualService').flatMap(({ resource, spec, namespace, name }) =>
    texts(spec, 'gateways').flatMap((reference, index): readonly Finding[] => {
      if (reference === 'mesh' || reference.endsWith('-istio-autogenerated-k8s-gateway')) return [];
      const full = reference.includes('/') ? reference : namespace === '' ? reference : `${namespace}/${reference}`;
      const gateway = gateways.get(full);
      const path = ['spec', 'gateways', index];
      const hosts = texts(spec, 'hosts');
      const missing: Finding = { code: 'IST0101', resource, text: `Referenced gateway not found: ${goQuote(reference)}`, path };
      const text = `one or more host ${goList(hosts)} defined in VirtualService ${name} not found in Gateway ${full}.`;
      const open = gateway === undefined ? [] : openHosts(gateway, namespace);
      const isServed = open.some((own) => hosts.some((host) => hostsMatch(own, host)));
      return [...(gateway === undefined ? [missing] : []), ...(isServed ? [] : [{ code: 'IST0132', resource, text, path } as const])];
    }),
  );
}

/** The hosts of a Gateway that a namespace may use. */
function openHosts(gateway: Analyzed, namespace: string): readonly string[] {
  return messages(gateway.spec, 'servers').flatMap((server) => {
    const hosts = texts(server, 'hosts');
    if (hosts.includes('*/*')) return ['*'];
    return hosts.flatMap((host) => {
      const slash = host.indexOf('/');
      if (slash < 0) return [host];
      const scope = host.slice(0, slash);
      const owner = scope === '.' ? gateway.namespace : scope;
      return owner === '*' || owner === namespace ? [host.slice(slash + 1)] : [];
    });
  });
}

/** VirtualServices of the mesh for the same host (virtualservice/conflictingmeshgatewayhosts.go). */
export function analyzeMeshHosts(mesh: AnalyzedMesh): readonly Finding[] {
  const byHost = new Map<string, Analyzed[]>();
  for (const one of mesh.of('VirtualService')) {
    const gateways = texts(one.spec, 'gateways');
    if (gateways.length > 0 && !gateways.includes('mesh')) continue;
    for (const scope of scopesOf(texts(one.spec, 'exportTo'), one.namespace)) {
      for (const host of texts(one.spec, 'hosts')) {
        const key = `${scope}/${fullHost(one.namespace, host)}`;
        byHost.set(key, [...(byHost.get(key) ?? []), one]);
      }
    }
  }
  const out: Finding[] = [];
  const told = new Set<string>();
  for (const [key, own] of [...byHost].sort(([a], [b]) => compareText(a, b))) {
    const host = key.slice(key.indexOf('/') + 1);
    const everywhere = key.startsWith('*/')
      ? []
      : [...byHost].flatMap(([other, list]) => (other.startsWith('*/') && hostsMatch(host, other.slice(2)) ? list : []));
    const all = [...own, ...everywhere];
    if (all.length < 2) continue;
    const names = all
      .map(({ name }) => name)
      .sort(compareText)
      .join();
    for (const { resource, name } of all) {
      if (told.has(name)) continue;
      told.add(name);
      const which = `The VirtualServices ${names} associated with mesh gateway define the same host ${key}`;
      const how =
        'which can lead to undefined behavior. This can be fixed by merging the conflicting VirtualServices into a single resource.';
      out.push({ code: 'IST0109', resource, text: `${which} ${how}`, path: ['metadata', 'name'] });
    }
  }
  return out;
}

/** Who sees an object, by its `exportTo` (util/exportto.go). */
export function scopesOf(exportTo: readonly string[], namespace: string): readonly string[] {
  if (exportTo.length === 0 || exportTo.includes('*')) return ['*'];
  return [...new Set(exportTo.map((one) => (one === '.' ? namespace : one)))];
}
