const known: ReadonlySet<string> = new Set([
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'DES-CBC3-SHA',
]);

/** Those Envoy knows and expressions with an operator, each once (istio/istio `pkg/config/security/security.go FilterCipherSuites`). */
export function usableCipherSuites(suites: readonly string[]): readonly string[] {
  return [...new Set(suites.filter((suite) => known.has(suite) || suite === '' || suite === 'ALL' || /^[^\p{L}\p{N}]/u.test(suite)))];
}
