import type { ByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { Headers } from '../../http/headers.ts';
import type { StringPredicate } from '../../matching/string-matcher.ts';

/** Which request headers the service gets to see. */
export interface HeaderSelection {
  readonly allowed: StringPredicate | undefined;
  readonly disallowed: StringPredicate | undefined;
}

export interface BodyOptions {
  readonly maxBytes: number;
  readonly partial: boolean;
  readonly asBytes: boolean;
}

/** What is asked about a request (envoy `CheckRequestUtils::createHttpCheck`). */
export interface CheckAttributes {
  readonly callbacks: ActiveFilter;
  readonly headers: Headers;
  /** Selected headers in order. */
  readonly selected: readonly (readonly [ByteString, ByteString])[];
  readonly body: Uint8Array | undefined;
  readonly bodyAsBytes: boolean;
  readonly contextExtensions: ReadonlyMap<string, string>;
  readonly metadata: JsonObject;
  readonly routeMetadata: JsonObject;
}

/** Says whether the body that goes along is cut. Clients cannot set it. */
export const PARTIAL_BODY = 'x-envoy-auth-partial-body';

/** The headers a service gets, with the mark that says whether the body is whole. */
export function selectHeaders(
  headers: Headers,
  selection: HeaderSelection,
  partial: boolean | undefined,
): readonly (readonly [ByteString, ByteString])[] {
  const { allowed, disallowed } = selection;
  const wanted = (name: ByteString): boolean =>
    name !== PARTIAL_BODY && (allowed === undefined || allowed(name)) && disallowed?.(name) !== true;
  const out = headers.entries().filter(([name]) => wanted(name));
  return partial === undefined ? out : [...out, [PARTIAL_BODY, String(partial)]];
}

/** Equal names joined with commas: a protobuf map has one value a key. */
export function joinHeaders(entries: readonly (readonly [ByteString, ByteString])[]): ReadonlyMap<ByteString, ByteString> {
  const out = new Map<ByteString, ByteString>();
  for (const [name, value] of entries) {
    const known = out.get(name);
    out.set(name, known === undefined ? value : `${known},${value}`);
  }
  return out;
}
