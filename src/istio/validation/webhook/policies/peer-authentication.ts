import { isObject } from '#base/json.ts';
import type { Subject } from '../subject.ts';
import { checkSelector } from '../targets.ts';
import { VerdictBuilder, type Verdict } from '../verdict.ts';
import { message } from '../words/fields.ts';

/** The webhook on a PeerAuthentication (istio/istio pkg/config/validation/validation.go ValidatePeerAuthentication). */
export function validatePeerAuthentication({ resource, spec }: Subject): Verdict {
  const out = new VerdictBuilder();
  const ports = Object.keys(message(spec, 'portLevelMtls') ?? {});
  const labels = message(message(spec, 'selector') ?? {}, 'matchLabels') ?? {};
  if (Object.keys(labels).length === 0 && ports.length > 0)
    out.error('istio/mtls-ports', 'mesh/namespace peer authentication cannot have port level mTLS', 'portLevelMtls');
  const written = resource.spec['portLevelMtls'] ?? resource.spec['port_level_mtls'];
  if (isObject(written) && Object.keys(written).length === 0)
    out.error('istio/mtls-ports', 'port level mTLS, if defined, must have at least one element', 'portLevelMtls');
  for (const port of ports)
    if (Number(port) <= 0 || Number(port) > 65_535)
      out.error('istio/port-invalid', 'port must be in range 1..65535', 'portLevelMtls', port);
  checkSelector(spec, out);
  return out.verdict;
}
