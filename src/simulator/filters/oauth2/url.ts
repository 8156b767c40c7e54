import type { ByteString } from '#base/bytes.ts';

/** An absolute URL, taken apart. */
export interface AbsoluteUrl {
  /** Scheme, host and port. */
  readonly origin: ByteString;
  readonly hostAndPort: ByteString;
  /** Path, query and fragment; never empty. */
  readonly path: ByteString;
}

/** envoy `Http::Utility::Url::initialize`: who asks, before an `@`, does not count. */
export function parseUrl(text: ByteString): AbsoluteUrl | undefined {
  const match = /^([a-zA-Z]+):\/\/(?:[^/?#@]*@)?([^/?#\s@]+)([/?#].*)?$/.exec(text);
  if (match === null) return undefined;
  const [, scheme = '', hostAndPort = '', path = '/'] = match;
  return { origin: `${scheme}://${hostAndPort}`, hostAndPort, path };
}

/** Everything but letters, digits and `-_.` (envoy `PercentEncoding::urlEncode`; the tilde is measured). */
export function urlEncode(text: ByteString): ByteString {
  return text.replaceAll(/[^A-Za-z0-9\-_.]/g, escaped);
}

/** What a form may not hold as it is (envoy `PercentEncoding::encode` with the characters of oauth2 `oauth_client.cc`). */
export function formEncode(text: ByteString): ByteString {
  return text.replaceAll(/[^ -}]|[:/=&?+]/g, escaped);
}

function escaped(c: string): string {
  return `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Whether the host of `url` is one of `domains`; `*.` stands for any label before. No domains: all are. */
export function isAllowedDomain(url: ByteString, domains: readonly string[]): boolean {
  if (domains.length === 0) return true;
  const parsed = parseUrl(url);
  if (parsed === undefined) return false;
  const host = parsed.hostAndPort.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  return domains.some((domain) =>
    domain.startsWith('*.') ? host.endsWith(domain.slice(1)) && host.length >= domain.length : host.toLowerCase() === domain.toLowerCase(),
  );
}
