import { asArray, asStringMap } from '#base/json.ts';
import { goQuote } from '../../api/go-json.ts';
import { isSubset } from '../../collections.ts';
import { compareText } from '../../resource-order.ts';
import { message, messages, number, text, texts } from '../webhook/words/fields.ts';
import type { AnalyzedMesh, AnalyzerCode, Finding } from './finding.ts';
import { findHost, knownHosts } from './hosts.ts';
import { scopesOf } from './virtual-services.ts';

/** DestinationRules for unknown hosts, and subsets without pods (istio/istio pkg/config/analysis/analyzers/destinationrule/subset.go). */
export function analyzeSubsets(mesh: AnalyzedMesh): readonly Finding[] {
  const hosts = knownHosts(mesh);
  return mesh.of('DestinationRule').flatMap(({ resource, spec, namespace }): readonly Finding[] => {
    const host = text(spec, 'host');
    const known = findHost(hosts, namespace, texts(spec, 'exportTo'), host);
    if (known === undefined) {
      const words = `The host ${host} defined in the DestinationRule does not match any services in the mesh.`;
      return [{ code: 'IST0174', resource, text: words, path: ['spec', 'host'] }];
    }
    // Of subsets with one name the last counts.
    const subsets = new Map(messages(spec, 'subsets').map((subset, index) => [text(subset, 'name'), { subset, index }]));
    return [...subsets].flatMap(([name, { subset, index }]): readonly Finding[] => {
      const labels = { ...asStringMap(known.labels), ...asStringMap(subset['labels']) };
      if (mesh.of('Pod').some((pod) => isSubset(labels, pod.resource.labels))) return [];
      const words = `The Subset ${name} defined in the DestinationRule does not select any pods.`;
      const then = 'Which may lead to 503 UH (NoHealthyUpstream).';
      return [{ code: 'IST0173', resource, text: `${words} ${then}`, path: ['spec', 'subsets', index, 'labels'] }];
    });
  });
}

/** TLS that checks no certificate (destinationrule/ca-certificates.go). */
export function analyzeVerification(mesh: AnalyzedMesh): readonly Finding[] {
  return mesh.of('DestinationRule').flatMap(({ resource, spec, namespace, name }) => {
    const policy = message(spec, 'trafficPolicy') ?? {};
    const places = [
      { tls: message(policy, 'tls'), code: 'IST0128' as AnalyzerCode, at: '', path: ['spec', 'trafficPolicy', 'tls'] },
      ...messages(policy, 'portLevelSettings').map((one, index) => ({
        tls: message(one, 'tls'),
        code: 'IST0129' as AnalyzerCode,
        at: ` at port number:${number(message(one, 'port') ?? {}, 'number')}`,
        path: ['spec', 'trafficPolicy', 'portLevelSettings', index, 'tls'],
      })),
    ];
    return places.flatMap(({ tls, code, at, path }): readonly Finding[] => {
      const mode = text(tls ?? {}, 'mode');
      if (tls === undefined || (mode !== 'SIMPLE' && mode !== 'MUTUAL') || text(tls, 'caCertificates') !== '') return [];
      if (text(tls, 'credentialName') !== '' && spec['workloadSelector'] !== undefined) return [];
      const which = `DestinationRule ${name} in namespace ${namespace} has TLS mode set to ${mode}`;
      const words = `${which} but no caCertificates are set to validate server identity for host: ${text(spec, 'host')}${at}`;
      return [{ code, resource, text: words, path }];
    });
  });
}

/** ServiceEntries for TCP without an address, or against each other (serviceentry protocoladdresses.go, conflictingserviceentries.go). */
export function analyzeServiceEntries(mesh: AnalyzedMesh): readonly Finding[] {
  const entries = mesh.of('ServiceEntry');
  const plain = entries.flatMap(({ resource, spec }) => {
    const status = resource.raw['status'];
    const given = typeof status === 'object' && status !== null && 'addresses' in status ? asArray(status['addresses']) : [];
    if (texts(spec, 'addresses').length > 0 || given.length > 0) return [];
    return messages(spec, 'ports').flatMap((port, index): readonly Finding[] => {
      const protocol = text(port, 'protocol').toUpperCase();
      if (protocol !== '' && protocol !== 'TCP') return [];
      return [
        { code: 'IST0134', resource, text: 'ServiceEntry addresses are required for this protocol.', path: ['spec', 'ports', index] },
      ];
    });
  });
  return [...plain, ...protocolConflicts(mesh)];
}

interface Declared {
  readonly protocol: string;
  readonly name: string;
  readonly resource: Finding['resource'];
}

function protocolConflicts(mesh: AnalyzedMesh): readonly Finding[] {
  const byPort = new Map<string, Declared[]>();
  for (const { resource, spec, namespace, name } of mesh.of('ServiceEntry')) {
    for (const scope of scopesOf(texts(spec, 'exportTo'), namespace)) {
      for (const host of texts(spec, 'hosts')) {
        for (const port of messages(spec, 'ports')) {
          const key = `${scope} ${host} ${number(port, 'number')}`;
          byPort.set(key, [...(byPort.get(key) ?? []), { protocol: text(port, 'protocol').toUpperCase(), name, resource }]);
        }
      }
    }
  }
  const out: Finding[] = [];
  const told = new Set<string>();
  for (const [key, own] of [...byPort].sort(([a], [b]) => compareText(a, b))) {
    const [scope = '', host = '', port = ''] = key.split(' ');
    const all = scope === '*' ? own : [...own, ...(byPort.get(`* ${host} ${port}`) ?? [])];
    const protocols = [...new Set(all.map((one) => one.protocol))].sort(compareText);
    if (protocols.length < 2) continue;
    const names = [...new Set(all.map((one) => one.name))].sort(compareText).join(', ');
    for (const { name, resource } of all) {
      if (told.has(name)) continue;
      told.add(name);
      const what = `define the same host ${goQuote(host)} and port ${port} with conflicting protocols (${protocols.join(', ')})`;
      out.push({ code: 'IST0177', resource, text: `Multiple ServiceEntries (${names}) ${what}.`, path: ['metadata', 'name'] });
    }
  }
  return out;
}
