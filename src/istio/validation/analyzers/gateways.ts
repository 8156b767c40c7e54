import { asStringMap, type JsonObject } from '#base/json.ts';
import { goQuote } from '../../api/go-json.ts';
import { isSubset } from '../../collections.ts';
import { compareText } from '../../resource-order.ts';
import { message, messages, number, text, texts } from '../webhook/words/fields.ts';
import { selectorText, type Analyzed, type AnalyzedMesh, type Finding } from './finding.ts';

function selectorOf({ spec }: Analyzed): Readonly<Record<string, string>> {
  return asStringMap(spec['selector']);
}

function noPods(gateway: Analyzed): Finding {
  const text = `Referenced selector not found: ${goQuote(selectorText(selectorOf(gateway)))}`;
  return { code: 'IST0101', resource: gateway.resource, text, path: ['spec', 'selector'] };
}

/** Ports of a Gateway that no Service of its pods has (istio/istio pkg/config/analysis/analyzers/gateway/gateway.go). */
export function analyzeGatewayPorts(mesh: AnalyzedMesh): readonly Finding[] {
  return mesh.of('Gateway').flatMap((gateway): readonly Finding[] => {
    const selector = selectorOf(gateway);
    const pods = mesh.of('Pod').filter(({ resource }) => isSubset(selector, resource.labels));
    if (pods.length === 0) return [noPods(gateway)];
    const open = new Set(pods.flatMap((pod) => openPorts(mesh, pod)));
    return messages(gateway.spec, 'servers').flatMap((server, index): readonly Finding[] => {
      const port = message(server, 'port');
      if (port === undefined || open.has(number(port, 'number'))) return [];
      const where = `(port ${number(port, 'number')}) that is not defined in the Service associated with its workload instances`;
      const words = `The gateway is listening on a target port ${where} (Pod selector ${selectorText(selector)}).`;
      const then = 'If you need to access the gateway port through the gateway Service, it will not be available.';
      return [
        { code: 'IST0162', resource: gateway.resource, text: `${words} ${then}`, path: ['spec', 'servers', index, 'port', 'number'] },
      ];
    });
  });
}

/** Ports and target ports of the Services in front of a pod. */
function openPorts(mesh: AnalyzedMesh, pod: Analyzed): readonly number[] {
  return mesh.of('Service').flatMap(({ spec, namespace }) => {
    if (namespace !== pod.namespace || !isSubset(asStringMap(spec['selector']), pod.resource.labels)) return [];
    return messages(spec, 'ports').flatMap((port) => {
      if (port['protocol'] !== 'TCP') return [];
      const target = number(port, 'targetPort') || Number.parseInt(text(port, 'targetPort'), 10) || 0;
      return target === 0 ? [number(port, 'port')] : [target, number(port, 'port')];
    });
  });
}

/** Secrets that servers name, in the namespace of the gateway's pods (gateway/secret.go). */
export function analyzeGatewaySecrets(mesh: AnalyzedMesh): readonly Finding[] {
  return mesh.of('Gateway').flatMap((gateway): readonly Finding[] => {
    const namespace = mesh.of('Pod').find(({ resource }) => isSubset(selectorOf(gateway), resource.labels))?.namespace ?? '';
    if (namespace === '') return [noPods(gateway)];
    return messages(gateway.spec, 'servers').flatMap((server, index): readonly Finding[] => {
      const name = text(message(server, 'tls') ?? {}, 'credentialName');
      const full = name.includes('/') ? name : `${namespace}/${name}`;
      if (name === '' || mesh.of('Secret').some((secret) => secret.name === full)) return [];
      const path = ['spec', 'servers', index, 'tls', 'credentialName'];
      return [{ code: 'IST0101', resource: gateway.resource, text: `Referenced credentialName not found: ${goQuote(name)}`, path }];
    });
  });
}

interface KnownServer {
  readonly gateway: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly port: number;
  readonly binds: Map<string, string>;
}

/** Gateways of the same workloads with the same host at a port (gateway/conflictinggateway.go). */
export function analyzeGatewayConflicts(mesh: AnalyzedMesh): readonly Finding[] {
  const gateways = mesh.of('Gateway');
  // Of several servers of a Gateway at one port the last counts.
  const known = new Map<string, KnownServer>();
  for (const gateway of gateways) {
    const selector = selectorOf(gateway);
    for (const server of messages(gateway.spec, 'servers')) {
      const port = portOf(server);
      const binds = new Map(texts(server, 'hosts').map((host) => [host, text(server, 'bind')]));
      known.set(`${selectorText(selector)}~${port} ${gateway.name}`, { gateway: gateway.name, selector, port, binds });
    }
  }
  return gateways.flatMap((gateway) => {
    const own = [...known.values()].filter((one) => sharesPods(mesh, selectorOf(gateway), one.selector));
    return messages(gateway.spec, 'servers').flatMap((server, index): readonly Finding[] => {
      const port = portOf(server);
      const others = own.filter((one) => one.port === port && one.gateway !== gateway.name && isTaken(server, one.binds));
      if (others.length === 0) return [];
      const names = others.map((one) => one.gateway).sort(compareText);
      const where = `(workload selector ${selectorText(selectorOf(gateway))}, port ${port}, hosts ${texts(server, 'hosts').join()})`;
      const path = ['spec', 'servers', index, 'hosts'];
      return [{ code: 'IST0145', resource: gateway.resource, text: `Conflict with gateways ${names.join()} ${where}.`, path }];
    });
  });
}

function portOf(server: JsonObject): number {
  return number(message(server, 'port') ?? {}, 'number');
}

/** Do the selectors look alike, and is there a pod of both? */
function sharesPods(mesh: AnalyzedMesh, a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const [left, right] = [selectorText(a), selectorText(b)];
  if (left === right) return true;
  if (!left.includes(right) && !right.includes(left)) return false;
  return mesh.of('Pod').some(({ resource }) => isSubset(a, resource.labels) && isSubset(b, resource.labels));
}

/** pilot/pkg/model/gateway.go CheckDuplicates; hosts that are free are taken from then on. */
function isTaken(server: JsonObject, binds: Map<string, string>): boolean {
  const hosts = texts(server, 'hosts');
  const bind = text(server, 'bind');
  if (hosts.some((host) => binds.get(host) === bind)) return true;
  for (const host of hosts) binds.set(host, bind);
  return false;
}
