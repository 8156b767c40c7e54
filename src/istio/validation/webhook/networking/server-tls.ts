import type { JsonObject } from '#base/json.ts';
import { compareText } from '../../../resource-order.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { messages, text, texts } from '../words/fields.ts';

/** The mode of a server; PASSTHROUGH is the zero value. */
function modeOf(tls: JsonObject): string {
  return text(tls, 'mode') || 'PASSTHROUGH';
}

export function isPassthrough(tls: JsonObject): boolean {
  return modeOf(tls) === 'PASSTHROUGH' || modeOf(tls) === 'AUTO_PASSTHROUGH';
}

/** TLS settings of a server (istio/istio pkg/config/validation/validation.go validateTLSOptions). */
export function checkServerTls(tls: JsonObject, out: VerdictBuilder): void {
  checkCiphers(tls, out);
  const mode = modeOf(tls);
  const has = (field: string): boolean => text(tls, field) !== '' || texts(tls, field).length > 0 || messages(tls, field).length > 0;
  if (mode === 'ISTIO_MUTUAL') {
    for (const [field, name] of mutualExtras)
      if (has(field)) out.error('istio/tls-certificates', `ISTIO_MUTUAL TLS cannot have associated ${name}`, field);
    return;
  }
  if (isPassthrough(tls) && passthroughExtras.some(has))
    out.warn('istio/tls-ignored', `${mode} mode does not use certificates, they will be ignored`, 'mode');
  const hasCredential = has('credentialName') || has('credentialNames');
  const sources = [
    has('serverCertificate') && has('privateKey'),
    has('credentialName'),
    has('credentialNames'),
    has('tlsCertificates'),
  ].filter(Boolean);
  if (sources.length > 1) {
    const one = 'only one of credential_name, credential_names, server_certificate/private_key, tls_certificates should be specified';
    out.error('istio/tls-certificates', one);
  }
  const isMutual = mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL';
  if ((mode === 'SIMPLE' || isMutual) && hasCredential) return;
  if (mode === 'SIMPLE' || isMutual) checkCertificates(tls, isMutual, out);
  if (!has('caCrl')) return;
  if (has('credentialName'))
    out.error('istio/tls-certificates', 'CRL is not supported with credentialName. CRL has to be specified in the credential', 'caCrl');
  if (mode === 'SIMPLE') out.error('istio/tls-certificates', 'CRL is not supported with SIMPLE TLS', 'caCrl');
}

const mutualExtras = [
  ['serverCertificate', 'server certificate'],
  ['privateKey', 'private key'],
  ['caCertificates', 'CA bundle'],
  ['tlsCertificates', 'tlsCertificates'],
  ['credentialName', 'credentialName'],
  ['credentialNames', 'credentialNames'],
] as const;

const passthroughExtras = [
  'caCrl',
  'serverCertificate',
  'privateKey',
  'caCertificates',
  'tlsCertificates',
  'credentialName',
  'credentialNames',
];

function checkCertificates(tls: JsonObject, isMutual: boolean, out: VerdictBuilder): void {
  const prefix = isMutual ? 'MUTUAL TLS' : 'SIMPLE TLS';
  if (isMutual && text(tls, 'caCertificates') === '') out.error('istio/tls-certificates', `${prefix} requires a client CA bundle`);
  const several = messages(tls, 'tlsCertificates');
  if (several.length > 2) out.warn('istio/tls-many', `${prefix} can support up to 2 server certificates`, 'tlsCertificates');
  for (const [index, certificate] of (several.length > 0 ? several : [tls]).entries()) {
    const at = several.length > 0 ? out.at('tlsCertificates', index) : out;
    if (text(certificate, 'serverCertificate') === '') at.error('istio/tls-certificates', `${prefix} requires a server certificate`);
    if (text(certificate, 'privateKey') === '') at.error('istio/tls-certificates', `${prefix} requires a private key`);
  }
}

/** pkg/config/security/security.go ValidCipherSuites. */
const knownCiphers: ReadonlySet<string> = new Set([
  ...['ECDSA', 'RSA'].flatMap((key) =>
    ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-SHA', 'AES256-SHA'].map((rest) => `ECDHE-${key}-${rest}`),
  ),
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'DES-CBC3-SHA',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
]);

function isCipher(name: string): boolean {
  return name === '' || name === 'ALL' || !/^[\p{L}\p{N}]/u.test(name) || knownCiphers.has(name);
}

function checkCiphers(tls: JsonObject, out: VerdictBuilder): void {
  const names = texts(tls, 'cipherSuites');
  const minimum = text(tls, 'minProtocolVersion');
  if ((minimum === 'TLSV1_0' || minimum === 'TLSV1_1') && names.length === 0) {
    const why = 'TLS version below TLSV1_2 require setting compatible ciphers as by default they no longer include compatible ciphers.';
    out.warn('istio/tls-ciphers', why, 'minProtocolVersion');
  }
  const list = (some: readonly string[]): string => `[${[...new Set(some)].sort(compareText).join(' ')}]`;
  const unknown = names.filter((name) => !isCipher(name));
  if (unknown.length > 0) out.warn('istio/tls-ciphers', `ignoring invalid cipher suites: ${list(unknown)}`, 'cipherSuites');
  const twice = names.filter((name, at) => isCipher(name) && names.indexOf(name) !== at);
  if (twice.length > 0) out.warn('istio/tls-ciphers', `ignoring duplicate cipher suites: ${list(twice)}`, 'cipherSuites');
}
