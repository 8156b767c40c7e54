import data from './generated/messages.json';

/** A field of one of Istio's API messages, as `scripts/istio-api.mjs` writes it. */
export interface ApiField {
  /** Name in the .proto file. */
  readonly name: string;
  /** JSON name, when it differs. */
  readonly json?: string;
  /** Kind of the value (of the entries' value, for a map). */
  readonly type: string;
  /** Message or enum behind the value. */
  readonly ref?: string;
  /** Kind of the key, for a map. */
  readonly map?: string;
  readonly list?: boolean;
  readonly oneof?: string;
  /** First minor that has it; absent = it is older than all minors we know. */
  readonly since?: number;
}

export interface ApiEnumValue {
  readonly name: string;
  readonly number: number;
  readonly since?: number;
}

interface ApiKind {
  readonly group: string;
  readonly message: string;
  /** API version → first minor that serves it. */
  readonly versions: Readonly<Record<string, number>>;
}

interface ApiData {
  readonly kinds: Readonly<Record<string, ApiKind>>;
  readonly messages: Readonly<Record<string, readonly ApiField[]>>;
  readonly enums: Readonly<Record<string, readonly ApiEnumValue[]>>;
}

const api: ApiData = data;

function kindOf(kind: string): ApiKind | undefined {
  return Object.hasOwn(api.kinds, kind) ? api.kinds[kind] : undefined;
}

/** The message behind the `spec` of an Istio kind; `undefined` for kinds that are not Istio's. */
export function specMessage(kind: string): string | undefined {
  return kindOf(kind)?.message;
}

/** The API group of a kind that only Istio has. */
export function groupOfKind(kind: string): string | undefined {
  return kindOf(kind)?.group;
}

/** The API versions in which a minor serves a kind of Istio's, oldest first. */
export function servedVersions(kind: string, minor: number): readonly string[] {
  return Object.entries(kindOf(kind)?.versions ?? {}).flatMap(([version, since]) => (since <= minor ? [version] : []));
}

/** Does a minor serve objects of this `apiVersion` and kind? Of Istio's own kinds only. */
export function isServed(apiVersion: string, kind: string, minor: number): boolean {
  const known = kindOf(kind);
  const slash = apiVersion.indexOf('/');
  if (known === undefined || apiVersion.slice(0, Math.max(0, slash)) !== known.group) return false;
  const version = apiVersion.slice(slash + 1);
  return Object.hasOwn(known.versions, version) && (known.versions[version] ?? Infinity) <= minor;
}

/** The fields of a message in declaration order, as the given minor has them. */
export function fieldsOf(message: string, minor: number): readonly ApiField[] {
  return (api.messages[message] ?? []).filter((field) => (field.since ?? 0) <= minor);
}

export function enumValuesOf(name: string, minor: number): readonly ApiEnumValue[] {
  return (api.enums[name] ?? []).filter((value) => (value.since ?? 0) <= minor);
}
