import type { ByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';

export type HeaderChangeKind = 'add' | 'append' | 'add-if-absent' | 'set' | 'set-if-exists';

/** One change of headers an authorization service asks for. */
export interface HeaderChange {
  readonly kind: HeaderChangeKind;
  readonly name: ByteString;
  readonly value: ByteString;
}

/** The answer of an authorization service (envoy `Filters::Common::ExtAuthz::Response`). */
export interface CheckResult {
  readonly status: 'ok' | 'denied' | 'error';
  /** Code of the reply to the client; undefined: the configured one. */
  readonly code?: number | undefined;
  readonly body: ByteString;
  /** Changes of the request, in order. */
  readonly request: readonly HeaderChange[];
  readonly remove: readonly ByteString[];
  /** Changes of the response that comes back after all. */
  readonly response: readonly HeaderChange[];
  /** Headers of the reply when the request is denied. */
  readonly reply: readonly HeaderChange[];
  readonly setParameters: readonly (readonly [ByteString, ByteString])[];
  readonly removeParameters: readonly ByteString[];
  readonly metadata: JsonObject;
  readonly invalidAction: boolean;
}

export const emptyResult: Omit<CheckResult, 'status'> = {
  body: '',
  request: [],
  remove: [],
  response: [],
  reply: [],
  setParameters: [],
  removeParameters: [],
  metadata: {},
  invalidAction: false,
};

export const errorResult: CheckResult = { ...emptyResult, status: 'error' };

/** A running check. */
export interface RunningCheck {
  cancel(): void;
}
