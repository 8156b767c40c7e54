import { asArray, asNumber, asObject, asStringMap, type JsonPath, type JsonValue } from '#base/json.ts';
import type { Diagnostic, Location, QuickFix } from '#base/diagnostic.ts';
import type { EnvoyTypes, TypeProblem } from '#envoy/types.ts';
import { stringifyYaml } from '#yaml/stringify.ts';
import { entryAt, nodeAt, rangeAt } from '#yaml/tree.ts';
import { isSubset } from '../collections.ts';
import { findProxies } from '../find-proxies.ts';
import { installedMeshConfig } from '../installed-mesh.ts';
import { resolveMeshConfig } from '../mesh-config.ts';
import type { Minor } from '../minors.ts';
import type { Proxy, Resource } from '../resource.ts';
import { finding, type RuleArgs, type RuleCode } from './rules.ts';

/** What a check looks at, and where it puts its findings. */
export class ValidationContext {
  readonly resources: readonly Resource[];
  readonly minor: Minor;
  readonly types: EnvoyTypes | undefined;
  readonly diagnostics: Diagnostic[] = [];
  #proxies: readonly Proxy[] | undefined;
  #rootNamespace: string | undefined;

  constructor(resources: readonly Resource[], minor: Minor, types: EnvoyTypes | undefined) {
    this.resources = resources;
    this.minor = minor;
    this.types = types;
  }

  get proxies(): readonly Proxy[] {
    return (this.#proxies ??= findProxies(this.resources));
  }

  get rootNamespace(): string {
    return (this.#rootNamespace ??= resolveMeshConfig(installedMeshConfig(this.resources)).rootNamespace);
  }

  of(group: string, kind: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.group === group && resource.kind === kind);
  }

  /** Adds a diagnostic at `path` of the resource (from the object's root). */
  report(code: RuleCode, resource: Resource, path: JsonPath, args: RuleArgs = {}, fixes: readonly (QuickFix | undefined)[] = []): void {
    const repairs = fixes.filter((fix) => fix !== undefined);
    this.diagnostics.push(finding(code, args, locate(resource, path), repairs));
  }

  /** As `report`, at the name of the field instead of its value. */
  reportField(code: RuleCode, resource: Resource, path: JsonPath, args: RuleArgs, fixes: readonly (QuickFix | undefined)[] = []): void {
    const { origin } = resource;
    const entry = origin === undefined ? undefined : entryAt(origin.document.root, [...origin.itemPath, ...path]);
    const at = origin === undefined || entry === undefined ? locate(resource, path) : { file: origin.file, range: entry.keyRange };
    const repairs = fixes.filter((fix) => fix !== undefined);
    this.diagnostics.push(finding(code, args, at, repairs));
  }

  /** Adds what the envoy room says about a value inside a resource. */
  reportProblem(resource: Resource, path: JsonPath, problem: TypeProblem): void {
    const { code, severity, message, help, args } = problem;
    const at = locate(resource, path);
    this.diagnostics.push({
      code,
      severity,
      message,
      ...(help === undefined ? {} : { help }),
      ...(args === undefined ? {} : { args }),
      ...(at === undefined ? {} : { at }),
    });
  }
}

/** Where `path` of a resource stands in its text. */
export function locate(resource: Resource, path: JsonPath): Location | undefined {
  const { origin } = resource;
  if (origin === undefined) return undefined;
  const range = rangeAt(origin.document.root, [...origin.itemPath, ...path]);
  return range === undefined ? undefined : { file: origin.file, range };
}

/** A repair that writes another scalar at `path`; `undefined` when there is none in the text. */
export function replaceFix(resource: Resource, path: JsonPath, value: JsonValue, title: string): QuickFix | undefined {
  const { origin } = resource;
  const node = origin === undefined ? undefined : nodeAt(origin.document.root, [...origin.itemPath, ...path]);
  if (origin === undefined || node?.kind !== 'scalar') return undefined;
  return { title, file: origin.file, edits: [{ range: node.range, text: stringifyYaml(value).trimEnd() }] };
}

/** A repair that renames the key at `path`. */
export function renameFix(resource: Resource, path: JsonPath, key: string): QuickFix | undefined {
  const { origin } = resource;
  const entry = origin === undefined ? undefined : entryAt(origin.document.root, [...origin.itemPath, ...path]);
  if (origin === undefined || entry === undefined) return undefined;
  return { title: `Rename to ${key}`, file: origin.file, edits: [{ range: entry.keyRange, text: key }] };
}

/** A port of a Service and where it leads. */
export interface ServicePort {
  readonly service: Resource;
  readonly port: number;
  readonly target: number;
}

/** Ports of Services that select the labels and whose target is another number. */
export function movedPorts(
  context: ValidationContext,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): readonly ServicePort[] {
  return context.of('', 'Service').flatMap((service) => {
    const selector = asStringMap(service.spec['selector']);
    if (service.namespace !== namespace || Object.keys(selector).length === 0 || !isSubset(selector, labels)) return [];
    return asArray(service.spec['ports']).flatMap((entry) => {
      const port = asNumber(asObject(entry)['port']);
      const target = asNumber(asObject(entry)['targetPort']);
      return port === undefined || target === undefined || port === target ? [] : [{ service, port, target }];
    });
  });
}

export function isGatewayProxy(proxy: Proxy): boolean {
  return proxy.type === 'router';
}

/** The nearest of some names to a misspelt one, or none that is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_]/g, '');
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(plain(name), plain(candidate), least);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein distance, given up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
