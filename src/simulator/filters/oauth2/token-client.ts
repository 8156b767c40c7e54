import type { ByteString } from '#base/bytes.ts';
import { byteStringToBytes, bytesToBase64, bytesToByteString, bytesToUtf8, utf8ToByteString } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import { parseStruct } from '../jwt-authn/jwt.ts';
import type { Proxy } from '../../proxy.ts';
import type { AsyncResponse } from '../../upstreams/async-client.ts';
import { sendAsync } from '../../upstreams/async-client.ts';
import type { OAuthConfig } from './config.ts';
import { formEncode } from './url.ts';

/** What the authorization server gave. */
export interface Tokens {
  readonly access: ByteString;
  readonly id: ByteString;
  readonly refresh: ByteString;
  /** In seconds. */
  readonly expiresIn: number;
}

/** Why there are no tokens. `refused`: the server was asked and did not give any; only for that a refresh ends in a new login. */
export interface TokenFailure {
  readonly refused: boolean;
  readonly reason: string;
  readonly more: string;
}

export type TokenGrant =
  | { readonly code: ByteString; readonly redirectUri: ByteString; readonly verifier: ByteString }
  | { readonly refreshToken: ByteString };

/** Asks for tokens (envoy `OAuth2ClientImpl`). `done` may be called at once. */
export function fetchTokens(
  proxy: Proxy,
  config: OAuthConfig,
  grant: TokenGrant,
  done: (result: Tokens | TokenFailure) => void,
): { cancel(): void } {
  const uri = config.tokenUri;
  const body = byteStringToBytes(formOf(config, grant));
  const basic = bytesToBase64(byteStringToBytes(`${config.clientId}:${config.clientSecret}`));
  let left = config.retries;
  let running: { cancel(): void } | undefined;
  const failed: TokenFailure = { refused: true, reason: 'Failed to get access token due to HTTP request failure', more: '' };
  const send = (): void => {
    if (proxy.clusters.get(uri.cluster) === undefined) {
      done({ refused: false, reason: 'Token endpoint cluster not found', more: '' });
      return;
    }
    const begun = sendAsync(
      proxy,
      {
        cluster: uri.cluster,
        headers: [
          [':path', uri.path],
          [':authority', uri.host],
          [':method', 'POST'],
          [':scheme', 'http'],
          ['content-type', 'application/x-www-form-urlencoded'],
          ['accept', 'application/json'],
          ...(config.authType === 'BASIC_AUTH' ? [['authorization', `Basic ${basic}`] as const] : []),
          ['content-length', String(body.length)],
        ],
        body,
        timeoutMs: uri.timeoutMs,
        forwardedFor: true,
      },
      {
        success: (response) => {
          if (Number(statusOf(response)) >= 500 && left-- > 0) send();
          else done(readResponse(response, config));
        },
        failure: () => {
          if (left-- > 0) send();
          else done(failed);
        },
      },
    );
    running = begun;
    // Envoy's client answers for a cluster without hosts itself.
    if (begun === undefined) done(refusal('503', 'no healthy upstream'));
  };
  send();
  return { cancel: () => running?.cancel() };
}

function formOf(config: OAuthConfig, grant: TokenGrant): ByteString {
  const parts =
    'code' in grant
      ? [
          ['grant_type', 'authorization_code'],
          ['code', grant.code],
        ]
      : [
          ['grant_type', 'refresh_token'],
          ['refresh_token', formEncode(grant.refreshToken)],
        ];
  if (config.authType !== 'BASIC_AUTH') parts.push(['client_id', formEncode(config.clientId)]);
  if (config.authType === 'URL_ENCODED_BODY') parts.push(['client_secret', formEncode(config.clientSecret)]);
  if ('code' in grant) parts.push(['redirect_uri', formEncode(grant.redirectUri)], ['code_verifier', grant.verifier]);
  return parts.map(([name = '', value = '']) => `${name}=${value}`).join('&');
}

function statusOf({ headers }: AsyncResponse): string {
  return headers.find(([name]) => name === ':status')?.[1] ?? '';
}

function refusal(status: string, body: string): TokenFailure {
  return { refused: true, reason: 'Failed to get access token', more: `response code: ${status}, response body: ${body}` };
}

function readResponse(response: AsyncResponse, config: OAuthConfig): Tokens | TokenFailure {
  const status = statusOf(response);
  const body = bytesToByteString(response.body);
  if (status !== '200') return refusal(status, body);
  const wrong = (reason: string): TokenFailure => ({ refused: false, reason, more: `response body: ${body}` });
  const json = parseStruct(bytesToUtf8(response.body));
  const broken = wrong('Failed to parse oauth response body');
  if (json === undefined) return broken;
  const field = (name: string, camel: string): JsonValue => json[name] ?? json[camel] ?? null;
  const access = field('access_token', 'accessToken');
  const id = field('id_token', 'idToken');
  const refresh = field('refresh_token', 'refreshToken');
  const expires = field('expires_in', 'expiresIn');
  const seconds = expires === null ? config.times.token : wholeNumber(expires);
  if (![access, id, refresh].every((text) => text === null || typeof text === 'string') || seconds === undefined) return broken;
  if (typeof access !== 'string') return wrong('No access token found in the token exchange response');
  if (seconds <= 0) return wrong('No default or explicit access token expiration found in the token exchange response');
  const text = (value: JsonValue): ByteString => (typeof value === 'string' ? utf8ToByteString(value) : '');
  return { access: text(access), id: text(id), refresh: text(refresh), expiresIn: seconds };
}

/** An unsigned integer of proto JSON: a number or its digits in a text. */
function wholeNumber(value: JsonValue): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}
