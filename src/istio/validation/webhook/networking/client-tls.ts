import type { JsonObject } from '#base/json.ts';
import { goQuote } from '../../../api/go-json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { text } from '../words/fields.ts';

const configMap = 'configmap://';

/** TLS towards a host (istio/istio pkg/config/validation/agent/validation.go ValidateTLS). */
export function checkClientTls(namespace: string, tls: JsonObject, out: VerdictBuilder): void {
  const has = (field: string): boolean => text(tls, field) !== '';
  const mode = text(tls, 'mode');
  const credential = text(tls, 'credentialName');
  if (credential.startsWith(configMap)) out.check('istio/tls-certificates', configMapError(namespace, credential), 'credentialName');
  if (tls['insecureSkipVerify'] === true) {
    const hasNames = Array.isArray(tls['subjectAltNames']);
    if (mode === 'SIMPLE' && (has('caCertificates') || credential !== '' || hasNames)) {
      const text = 'cannot specify CaCertificates or CredentialName or SubjectAltNames when InsecureSkipVerify is set true';
      out.error('istio/tls-certificates', text, 'insecureSkipVerify');
    }
    if (mode === 'MUTUAL' && (has('caCertificates') || hasNames)) {
      const text = 'cannot specify CaCertificates or SubjectAltNames when InsecureSkipVerify is set true';
      out.error('istio/tls-certificates', text, 'insecureSkipVerify');
    }
  }
  if ((mode === 'SIMPLE' || mode === 'MUTUAL') && credential !== '') {
    if (['clientCertificate', 'caCertificates', 'privateKey', 'caCrl'].some(has)) {
      const text = 'cannot specify client certificates or CA certificate or CA CRL If credentialName is set';
      out.error('istio/tls-certificates', text, 'credentialName');
    }
    return;
  }
  if (mode !== 'MUTUAL') return;
  if (!has('clientCertificate')) out.error('istio/tls-certificates', 'client certificate required for mutual tls');
  if (!has('privateKey')) out.error('istio/tls-certificates', 'private key required for mutual tls');
}

/** pilot/pkg/model/credentials/resource.go ParseResourceName. */
function configMapError(namespace: string, credential: string): string | undefined {
  const parts = credential.slice(configMap.length).split('/');
  const fail = (wanted: string): string =>
    `invalid configmap:// credentialName: invalid resource name ${goQuote(credential)}. Expected ${wanted}`;
  if (parts.length <= 1) return fail('namespace and name');
  if (parts[0] === '') return fail('namespace');
  if (parts[1] === '') return fail('name');
  if (parts[0] === namespace && namespace !== '') return undefined;
  return `invalid configmap:// credentialName: namespace must match the configuration namespace ${goQuote(namespace)}`;
}
