import { asString, isObject, type JsonPath } from '#base/json.ts';
import type { QuickFix } from '#base/diagnostic.ts';
import { groupOfKind, isServed, servedVersions } from '../api/messages.ts';
import { isApplyTo, patchedMessages } from '../envoyfilter/patch.ts';
import type { Resource } from '../resource.ts';
import { checkCrd, type CrdComplaint } from './crd/check-crd.ts';
import { crdSchemaOf, type CrdSchema } from './crd/schema.ts';
import { nearest, renameFix, replaceFix, type ValidationContext } from './context.ts';
import type { RuleCode } from './rules.ts';
import { askWebhook } from './webhook/webhook.ts';
import type { Remark } from './webhook/verdict.ts';

/** What a cluster would say to the resource: version, CRD, istiod's reader, webhook. Nothing is said twice of one place. */
export function checkAsCluster(context: ValidationContext, resource: Resource): void {
  const { minor } = context;
  if (groupOfKind(resource.kind) === resource.group && !isServed(resource.apiVersion, resource.kind, minor.minor)) {
    reportVersion(context, resource);
    return;
  }
  const complaints = checkCrd(resource, minor);
  for (const complaint of complaints) reportComplaint(context, resource, complaint);
  const answer = askWebhook(resource, minor, context.types);
  if (answer === undefined) return;
  if (answer.convert !== undefined) {
    if (complaints.length === 0) context.report('istio/spec-unreadable', resource, ['spec'], { text: answer.convert });
    return;
  }
  const known = new Set(complaints.map((complaint) => JSON.stringify(complaint.path)));
  for (const remark of [...answer.verdict.errors, ...answer.verdict.warnings]) {
    if (known.has(JSON.stringify(remark.path)) || isTold(context, remark)) continue;
    context.report(remark.code, resource, remark.path, { text: remark.text, kind: resource.kind }, fixesOf(resource, remark));
  }
  if (resource.kind === 'EnvoyFilter') checkValues(context, resource);
}

/** With the descriptors at hand values are told by place and not by istiod's one sentence. */
function isTold(context: ValidationContext, remark: Remark): boolean {
  const byPlace: readonly RuleCode[] = ['istio/value-unknown-type', 'istio/value-unreadable', 'istio/value-unknown-field'];
  return remark.code === 'istio/old-filter-name' || (context.types !== undefined && byPlace.includes(remark.code));
}

function reportVersion(context: ValidationContext, resource: Resource): void {
  const { minor } = context;
  if (resource.kind === 'TrafficExtension' && !minor.trafficExtensions)
    return context.report('istio/kind-too-new', resource, ['kind'], { minor: minor.name });
  const versions = servedVersions(resource.kind, minor.minor);
  const best = versions.at(-1);
  const right = best === undefined ? undefined : `${resource.group}/${best}`;
  const args = {
    minor: minor.name,
    kind: resource.kind,
    apiVersion: resource.apiVersion,
    suggestion: right === undefined ? '' : `; it serves ${versions.join(', ')}`,
  };
  const fix = right === undefined ? undefined : replaceFix(resource, ['apiVersion'], right, `Use ${right}`);
  context.report('istio/crd-version', resource, ['apiVersion'], args, [fix]);
}

function reportComplaint(context: ValidationContext, resource: Resource, complaint: CrdComplaint): void {
  const { path, text, step } = complaint;
  const base = { text, kind: resource.kind, minor: context.minor.name };
  if (step === 'duplicate') return context.report('istio/crd-duplicate', resource, path, base);
  if (step === 'rule') return context.report('istio/crd-rule', resource, path, base);
  const schema = crdSchemaOf(resource.apiVersion, resource.kind, context.minor);
  if (step === 'unknown-field') {
    const name = String(path.at(-1) ?? '');
    const near = nearest(name, Object.keys(schemaAt(schema, path.slice(0, -1))?.properties ?? {}));
    const suggestion = near === undefined ? '' : `; ${near} is meant?`;
    return context.report(
      'istio/crd-unknown-field',
      resource,
      path,
      { ...base, field: text, suggestion },
      near === undefined ? [] : [renameFix(resource, path, near)],
    );
  }
  if (text.endsWith('Required value'))
    return context.report('istio/crd-required', resource, path.slice(0, -1), { ...base, field: path.join('.') });
  const allowed = schemaAt(schema, path)?.enum;
  if (allowed !== undefined && text.includes('Unsupported value')) {
    const written = valueAt(resource, path);
    const near = nearest(
      String(written),
      allowed.filter((one) => typeof one === 'string'),
    );
    return context.report(
      'istio/crd-enum',
      resource,
      path,
      base,
      near === undefined ? [] : [replaceFix(resource, path, near, `Use ${near}`)],
    );
  }
  context.report('istio/crd-schema', resource, path, base);
}

function valueAt(resource: Resource, path: JsonPath): string | number {
  let at: unknown = resource.raw;
  for (const step of path) at = typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[step] : undefined;
  return typeof at === 'number' ? at : typeof at === 'string' ? at : '';
}

function schemaAt(schema: CrdSchema | undefined, path: JsonPath): CrdSchema | undefined {
  let at = schema;
  for (const step of path) {
    if (typeof step === 'number') at = at?.items;
    else at = at?.properties?.[step] ?? (typeof at?.additionalProperties === 'object' ? at.additionalProperties : undefined);
  }
  return at;
}

function fixesOf(resource: Resource, remark: Remark): readonly (QuickFix | undefined)[] {
  if (remark.code !== 'istio/url-scheme') return [];
  const url = valueAt(resource, remark.path);
  return [replaceFix(resource, remark.path, `oci://${url}`, 'Put oci:// in front')];
}

/** Every problem of the patches' values, at its own place. */
function checkValues(context: ValidationContext, resource: Resource): void {
  const { types } = context;
  const entries = resource.spec['configPatches'];
  if (types === undefined || !Array.isArray(entries)) return;
  for (const [index, entry] of entries.entries()) {
    if (!isObject(entry) || !isObject(entry['patch']) || !isObject(entry['patch']['value'])) continue;
    const applyTo = asString(entry['applyTo']) ?? '';
    if (!isApplyTo(applyTo)) continue;
    const partial = asString(entry['patch']['operation'])?.startsWith('MERGE') ?? false;
    for (const problem of types.validate(patchedMessages[applyTo], entry['patch']['value'], { partial, reader: 'istiod' })) {
      const path = ['spec', 'configPatches', index, 'patch', 'value', ...problem.path];
      context.reportProblem(resource, path, problem);
    }
  }
}
