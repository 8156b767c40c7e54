import { asArray, asString, getIn, isObject, type JsonPath } from '#base/json.ts';
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
  const answer = askWebhook(resource, minor, context.types);
  const errors = answer?.verdict?.errors ?? [];
  const missing = complaints.filter(isRequired);
  for (const complaint of complaints) {
    if (isRequired(complaint) || !errors.some((remark) => isSame(complaint, remark))) reportComplaint(context, resource, complaint);
  }
  if (answer?.convert !== undefined && complaints.length === 0)
    context.report('istio/spec-unreadable', resource, ['spec'], { text: answer.convert });
  const told = resource.kind === 'EnvoyFilter' ? checkValues(context, resource) : new Set<JsonPath[number]>();
  for (const remark of [...errors, ...(answer?.verdict?.warnings ?? [])]) {
    if (isTold(remark, told) || missing.some((complaint) => isSame(complaint, remark))) continue;
    context.report(remark.code, resource, remark.path, { text: remark.text, kind: resource.kind }, fixesOf(resource, remark));
  }
}

function isRequired({ text }: CrdComplaint): boolean {
  return text.endsWith('Required value');
}

/** Schema and webhook often refuse the same; what the webhook says has a help text of its own. */
function isSame({ path, step }: CrdComplaint, remark: Remark): boolean {
  const isWhole = path.length <= 1;
  if (isWhole) return step === 'rule' && (remark.code === 'istio/one-target' || remark.code === 'istio/wasm-or-lua');
  return path.every((part, at) => part === remark.path[at]);
}

const aboutValues: ReadonlySet<RuleCode> = new Set(['istio/value-unknown-type', 'istio/value-unreadable', 'istio/value-unknown-field']);

/** Values of patches are told by place, which says more than istiod's one sentence; old names are told wherever they stand. */
function isTold(remark: Remark, told: ReadonlySet<JsonPath[number]>): boolean {
  return remark.code === 'istio/old-filter-name' || (aboutValues.has(remark.code) && told.has(remark.path[2] ?? ''));
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
  const { path, step } = complaint;
  // Of what concerns the object as a whole the API server names no field.
  const text = complaint.text.replace(/^<nil>: Invalid value: "": /, '');
  const base = { text, kind: resource.kind, minor: context.minor.name };
  if (step === 'duplicate') return context.report('istio/crd-duplicate', resource, path, base);
  if (step === 'rule') return context.report('istio/crd-rule', resource, path, base);
  const schema = crdSchemaOf(resource.apiVersion, resource.kind, context.minor);
  if (step === 'unknown-field') {
    const name = String(path.at(-1) ?? '');
    const near = nearest(name, Object.keys(schemaAt(schema, path.slice(0, -1))?.properties ?? {}));
    const suggestion = near === undefined ? '' : `; ${near} is meant?`;
    const fixes = near === undefined ? [] : [renameFix(resource, path, near)];
    return context.reportField('istio/crd-unknown-field', resource, path, { ...base, field: text, suggestion }, fixes);
  }
  if (isRequired(complaint)) return context.report('istio/crd-required', resource, path.slice(0, -1), { ...base, field: path.join('.') });
  const allowed = schemaAt(schema, path)?.enum;
  if (allowed !== undefined && text.includes('Unsupported value')) {
    const names = allowed.filter((one) => typeof one === 'string');
    const near = nearest(asString(getIn(resource.raw, path)) ?? '', names);
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
  const url = asString(getIn(resource.raw, remark.path));
  return url === undefined ? [] : [replaceFix(resource, remark.path, `oci://${url}`, 'Put oci:// in front')];
}

/** Every problem of the patches' values, at its own place; the indexes of the patches that have one. */
function checkValues(context: ValidationContext, resource: Resource): ReadonlySet<JsonPath[number]> {
  const told = new Set<number>();
  const { types } = context;
  for (const [index, entry] of asArray(resource.spec['configPatches']).entries()) {
    const patch = isObject(entry) ? entry['patch'] : undefined;
    const applyTo = isObject(entry) ? (asString(entry['applyTo']) ?? '') : '';
    if (types === undefined || !isObject(patch) || !isObject(patch['value']) || !isApplyTo(applyTo)) continue;
    const partial = asString(patch['operation'])?.startsWith('MERGE') ?? false;
    for (const problem of types.validate(patchedMessages[applyTo], patch['value'], { partial, reader: 'istiod' })) {
      if (applyTo === 'EXTENSION_CONFIG' && isFetchedByAgent(problem.path)) continue;
      context.reportProblem(resource, ['spec', 'configPatches', index, 'patch', 'value', ...problem.path], problem);
      told.add(index);
    }
  }
  return told;
}

/** The agent puts a file in the place of an ECDS resource's remote code, so Envoy's rules for `remote` never see it. */
function isFetchedByAgent(path: JsonPath): boolean {
  return path.some((step, at) => step === 'remote' && path[at - 1] === 'code');
}
