import { utf8ToByteString } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { getIn, isArray, isObject } from '#base/json.ts';
import { sortedJson } from '../../format/sorted-json.ts';
import type { Headers } from '../../http/headers.ts';
import type { FoundToken } from './extractor.ts';
import type { Jwk } from './jwks.ts';
import type { Jwt } from './jwt.ts';
import { parseJwt } from './jwt.ts';
import type { Extracted, Fetch, KeySource } from './key-source.ts';
import { audienceAllowed } from './provider.ts';
import type { Status } from './status.ts';
import { statusCode, statusText } from './status.ts';
import { verifySignature } from './verify-signature.ts';

/** One request as its verifiers share it. */
export interface VerifyContext {
  readonly headers: Headers;
  readonly nowS: number;
  readonly extracted: Extracted;
  readonly fetches: Fetch[];
  clearRouteCache(): void;
}

/** What one verifier asks for. */
export interface Demand {
  /** Undefined: any provider, found by the token's issuer. */
  readonly provider: KeySource | undefined;
  readonly byIssuer: (issuer: string) => KeySource | undefined;
  /** In place of the provider's own. */
  readonly audiences: ReadonlySet<string> | undefined;
  readonly allowFailed: boolean;
  readonly allowMissing: boolean;
  /** Set to `false` in the request when a token is there and not good; empty: nothing is set. */
  readonly unverifiedHeader: string;
}

/** Verifies the tokens of one requirement, the last one first: all of them must be good (envoy `jwt_authn/authenticator.cc`). */
export function authenticate(context: VerifyContext, demand: Demand, tokens: readonly FoundToken[], done: (status: Status) => void): void {
  const left = [...tokens];
  const finish = (status: Status): void => {
    if (status !== 'Ok') noteFailure(context, demand, status);
    const goOn = status === 'Ok' || demand.allowFailed || demand.allowMissing;
    const next = goOn ? left.pop() : undefined;
    if (next !== undefined) verifyToken(context, demand, next, finish);
    else if (demand.allowFailed || (demand.allowMissing && status === 'JwtMissed')) done('Ok');
    else done(status);
  };
  const first = left.pop();
  if (first === undefined) finish('JwtMissed');
  else verifyToken(context, demand, first, finish);
}

function noteFailure(context: VerifyContext, demand: Demand, status: Status): void {
  if (demand.unverifiedHeader !== '' && status !== 'JwtMissed') context.headers.replace(demand.unverifiedHeader, 'false');
  const key = demand.provider?.provider.failedStatusKey ?? '';
  if (key !== '') context.extracted[key] = { code: String(statusCode(status)), message: statusText(status) };
}

function verifyToken(context: VerifyContext, demand: Demand, found: FoundToken, done: (status: Status) => void): void {
  const jwt = parseJwt(found.token);
  if (typeof jwt === 'string') {
    done(jwt);
    return;
  }
  const source = found.issuerAllowed(jwt.iss) ? (demand.provider ?? demand.byIssuer(jwt.iss)) : undefined;
  if (source === undefined) {
    done('JwtUnknownIssuer');
    return;
  }
  const problem = claimProblem(jwt, source, demand, context.nowS);
  if (problem !== undefined) {
    done(problem);
    return;
  }
  const verify = (keys: readonly Jwk[]): void => {
    const status = verifySignature(jwt, keys);
    if (status === 'Ok') accept(context, source, found, jwt);
    done(status);
  };
  const keys = source.current;
  const { remote } = source.provider;
  if (keys !== undefined) verify(keys);
  else if (remote === undefined) done('JwksNoValidKeys');
  else {
    context.fetches.push(
      source.fetchNow(remote, (fetched) => {
        if (fetched === undefined) done('JwksFetchFail');
        else verify(fetched);
      }),
    );
  }
}

function claimProblem(jwt: Jwt, { provider }: KeySource, demand: Demand, nowS: number): Status | undefined {
  if (nowS + provider.clockSkew < jwt.nbf) return 'JwtNotYetValid';
  if (jwt.exp !== 0 && nowS > jwt.exp + provider.clockSkew) return 'JwtExpired';
  if (!audienceAllowed(demand.audiences ?? provider.audiences, jwt.audiences)) return 'JwtAudienceNotAllowed';
  if (provider.subjects?.(jwt.sub) === false) return 'JwtVerificationFail';
  if (provider.maxLifetime !== undefined && (jwt.exp === 0 || jwt.exp - nowS >= provider.maxLifetime)) return 'JwtVerificationFail';
  return undefined;
}

/** What a good token does to the request. */
function accept(context: VerifyContext, { provider }: KeySource, found: FoundToken, jwt: Jwt): void {
  const { headers } = context;
  if (provider.forwardPayloadHeader !== '') {
    headers.add(
      provider.forwardPayloadHeader,
      provider.padPayload ? jwt.payloadText.padEnd(Math.ceil(jwt.payloadText.length / 4) * 4, '=') : jwt.payloadText,
    );
  }
  let added = false;
  for (const { header, path } of provider.claimToHeaders) {
    const text = claimText(getIn(jwt.payload, path));
    if (text === '') continue;
    headers.add(header, text);
    added = true;
  }
  if (!provider.forward) found.remove(headers);
  if (provider.headerKey !== '') context.extracted[provider.headerKey] = jwt.header;
  if (provider.payloadKey !== '') context.extracted[provider.payloadKey] = normalisedPayload(jwt.payload, provider.spaceDelimited);
  if (provider.clearRouteCache && (added || provider.payloadKey !== '')) context.clearRouteCache();
}

function normalisedPayload(payload: JsonObject, spaceDelimited: readonly string[]): JsonObject {
  const out: Record<string, JsonValue | undefined> = { ...payload };
  for (const claim of spaceDelimited) {
    const value = payload[claim];
    if (typeof value === 'string') out[claim] = value.split(' ').filter((word) => word !== '');
  }
  return out;
}

/** The text of a claim as a header; empty when there is nothing to show. */
function claimText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return utf8ToByteString(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return numberText(value);
  return isObject(value) || isArray(value) ? btoa(utf8ToByteString(sortedJson(value))) : '';
}

/** Unsigned integers as such, all other numbers with six decimals (C++ `std::to_string`). */
function numberText(value: number): string {
  return value >= 0 && value < 2 ** 64 && Number.isInteger(value) ? String(BigInt(value)) : value.toFixed(6);
}
