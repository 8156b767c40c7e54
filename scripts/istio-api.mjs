/**
 * Generates what the istio room knows about Istio's own API, for each minor since 1.20:
 *   src/istio/api/generated/messages.json     the messages behind `spec`, field by field
 *   src/istio/validation/generated/crds.json  the CRD schemas (OpenAPI with CEL rules); descriptions only for the newest of the plugin kinds
 *
 * Input: the Go module istio.io/api (Apache-2.0), fetched by `go mod download` (needs Go and network). Usage: node scripts/istio-api.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromBinary, toJson } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { loadAll } from 'js-yaml';
import { rawDescriptor } from './descriptors/go-source.mjs';
import { goSources } from './descriptors/modules.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Module versions, oldest first, with the minor from which their content holds. 1.30 has no published module of its own. */
const versions = [
  [20, '1.20.0'],
  [21, '1.21.0'],
  [22, '1.22.0'],
  [23, '1.23.0'],
  [24, '1.24.0'],
  [25, '1.25.0'],
  [26, '1.26.0'],
  [27, '1.27.0'],
  [28, '1.28.0'],
  [29, '1.29.0'],
  [30, '1.31.1'],
];

/** Found in the module of 1.31 but not part of 1.30 (istio/istio 1.30.3 and 1.31.0-rc.0 compared). */
const since31 = new Set(['istio.networking.v1alpha3.EnvoyFilter.Patch.Operation.MERGE_AND_REPLACE_LIST', 'EnvoyFilter']);

/** Kind → message of its `spec`. Later API versions share the message of the first one since 1.23; before that they were equal copies. */
const specs = {
  WasmPlugin: 'istio.extensions.v1alpha1.WasmPlugin',
  TrafficExtension: 'istio.extensions.v1alpha1.TrafficExtension',
  EnvoyFilter: 'istio.networking.v1alpha3.EnvoyFilter',
  DestinationRule: 'istio.networking.v1alpha3.DestinationRule',
  Gateway: 'istio.networking.v1alpha3.Gateway',
  ServiceEntry: 'istio.networking.v1alpha3.ServiceEntry',
  Sidecar: 'istio.networking.v1alpha3.Sidecar',
  VirtualService: 'istio.networking.v1alpha3.VirtualService',
  WorkloadEntry: 'istio.networking.v1alpha3.WorkloadEntry',
  WorkloadGroup: 'istio.networking.v1alpha3.WorkloadGroup',
  ProxyConfig: 'istio.networking.v1beta1.ProxyConfig',
  AuthorizationPolicy: 'istio.security.v1beta1.AuthorizationPolicy',
  PeerAuthentication: 'istio.security.v1beta1.PeerAuthentication',
  RequestAuthentication: 'istio.security.v1beta1.RequestAuthentication',
  Telemetry: 'istio.telemetry.v1alpha1.Telemetry',
};

/** Read besides the specs: the mesh configuration and the part of it a pod can have of its own. */
const configuration = ['istio.mesh.v1alpha1.MeshConfig', 'istio.mesh.v1alpha1.ProxyConfig'];

/** Kinds whose descriptions are shown in editors. */
const documented = new Set(['WasmPlugin', 'TrafficExtension', 'EnvoyFilter']);

const work = mkdtempSync(path.join(tmpdir(), 'istio-api-'));
const goEnv = { ...process.env, GOFLAGS: '-modcacherw' };

function download(version) {
  const answer = execFileSync('go', ['mod', 'download', '-json', `istio.io/api@v${version}`], { encoding: 'utf8', env: goEnv, cwd: work });
  return JSON.parse(answer).Dir;
}

/** The descriptors of one version, each in its JSON form, as its generated Go sources carry them. */
function descriptors(dir) {
  const folders = ['extensions', 'mesh', 'networking', 'security', 'telemetry', 'type'];
  const sources = folders.flatMap((folder) => goSources(path.join(dir, folder)));
  return sources.flatMap((file) => {
    const raw = rawDescriptor(readFileSync(file, 'utf8'));
    return raw === undefined ? [] : [toJson(FileDescriptorProtoSchema, fromBinary(FileDescriptorProtoSchema, raw))];
  });
}

function index(files) {
  const messages = new Map();
  const enums = new Map();
  const walk = (message, scope) => {
    const name = `${scope}.${message.name}`;
    messages.set(name, message);
    for (const nested of message.nestedType ?? []) walk(nested, name);
    for (const nested of message.enumType ?? []) enums.set(`${name}.${nested.name}`, nested);
  };
  for (const file of files) {
    for (const message of file.messageType ?? []) walk(message, file.package);
    for (const nested of file.enumType ?? []) enums.set(`${file.package}.${nested.name}`, nested);
  }
  return { messages, enums };
}

/** All messages and enums reachable from the specs, with the minor since which each field and value exists. */
function merge(all) {
  const newest = all.at(-1)[1];
  const out = { messages: {}, enums: {} };
  const since = (has, id) => {
    const found = all.find(([, at]) => has(at));
    const minor = found[0] === 30 && since31.has(id) ? 31 : found[0];
    return minor > 20 ? { since: minor } : {};
  };
  const visitEnum = (name) => {
    out.enums[name] ??= newest.enums.get(name).value.map((value) => {
      const from = since((at) => at.enums.get(name)?.value.some((v) => v.name === value.name), `${name}.${value.name}`);
      return { name: value.name, number: value.number ?? 0, ...from };
    });
  };
  const visit = (name) => {
    if (name.startsWith('google.protobuf.') || out.messages[name] !== undefined) return;
    const message = newest.messages.get(name);
    const fields = [];
    out.messages[name] = fields;
    for (const field of message.field ?? []) {
      const type = field.typeName?.slice(1);
      const entry = type === undefined ? undefined : newest.messages.get(type);
      const isMap = entry?.options?.mapEntry === true;
      const value = isMap ? entry.field.find((f) => f.number === 2) : field;
      const valueType = value.typeName?.slice(1);
      fields.push({
        name: field.name,
        ...(field.jsonName === field.name ? {} : { json: field.jsonName }),
        type: value.type.slice('TYPE_'.length).toLowerCase(),
        ...(valueType === undefined ? {} : { ref: valueType }),
        ...(isMap
          ? {
              map: entry.field
                .find((f) => f.number === 1)
                .type.slice('TYPE_'.length)
                .toLowerCase(),
            }
          : {}),
        ...(!isMap && field.label === 'LABEL_REPEATED' ? { list: true } : {}),
        ...(field.oneofIndex === undefined || field.proto3Optional ? {} : { oneof: message.oneofDecl[field.oneofIndex].name }),
        ...since((at) => at.messages.get(name)?.field?.some((f) => f.name === field.name), `${name}.${field.name}`),
      });
      if (value.type === 'TYPE_ENUM') visitEnum(valueType);
      else if (value.type === 'TYPE_MESSAGE') visit(valueType);
    }
  };
  for (const name of [...Object.values(specs), ...configuration]) visit(name);
  return out;
}

/** Kind → message of its spec, API group, and the minor since which each API version is served. */
function kindsOf({ kinds }) {
  const out = {};
  for (const [kind, message] of Object.entries(specs)) {
    const { group, versions: served } = kinds[kind];
    const since = Object.fromEntries(Object.entries(served).map(([version, steps]) => [version, steps[0][0]]));
    out[kind] = { message, group, versions: since };
  }
  return out;
}

function withoutDescriptions(schema, namesOfProperties = false) {
  if (Array.isArray(schema)) return schema.map((item) => withoutDescriptions(item));
  if (typeof schema !== 'object' || schema === null) return schema;
  const out = {};
  for (const [key, value] of Object.entries(schema)) {
    if (!namesOfProperties && key === 'description' && typeof value === 'string') continue;
    out[key] = withoutDescriptions(value, !namesOfProperties && key === 'properties');
  }
  return out;
}

/** `kinds[kind][version]` is a list of [first minor, index into `schemas`]; -1 ends a version that is served no more. */
function crds(dirs) {
  const out = { kinds: {}, schemas: [] };
  const seen = new Map();
  for (const [minor, dir] of dirs) {
    const text = readFileSync(path.join(dir, 'kubernetes/customresourcedefinitions.gen.yaml'), 'utf8');
    for (const crd of loadAll(text).filter(Boolean)) {
      const kind = crd.spec.names.kind;
      const entry = (out.kinds[kind] ??= { group: crd.spec.group, versions: {} });
      for (const version of crd.spec.versions) {
        const isDocumented = minor === 30 && documented.has(kind);
        const schema = isDocumented ? version.schema.openAPIV3Schema : withoutDescriptions(version.schema.openAPIV3Schema);
        const key = JSON.stringify(schema);
        if (!seen.has(key)) seen.set(key, out.schemas.push(schema) - 1);
        const steps = (entry.versions[version.name] ??= []);
        const from = minor === 30 && since31.has(kind) ? 31 : minor;
        if (steps.at(-1)?.[1] !== seen.get(key)) steps.push([from, seen.get(key)]);
      }
    }
  }
  return out;
}

function write(file, data) {
  const to = path.join(root, file);
  mkdirSync(path.dirname(to), { recursive: true });
  writeFileSync(to, `${JSON.stringify(data)}\n`);
}

const dirs = versions.map(([minor, version]) => [minor, download(version)]);
const indexes = dirs.map(([minor, dir]) => [minor, index(descriptors(dir))]);
const schemas = crds(dirs);
write('src/istio/api/generated/messages.json', { ...merge(indexes), kinds: kindsOf(schemas) });
write('src/istio/validation/generated/crds.json', schemas);
rmSync(work, { recursive: true });
