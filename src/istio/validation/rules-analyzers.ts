import type { Rule } from './rules.ts';

function analyzed(severity: Rule['severity'], help: string): Rule {
  return { severity, message: 'istioctl analyze: {text}', help };
}

/** What istioctl's analyzers say about how resources fit together; `{text}` are their own words. */
export const analyzerRules = {
  'istio/IST0002': analyzed('info', 'Nothing reads the field any more; remove it.'),
  'istio/IST0101': analyzed('warning', 'Create what is referred to, mend its name, or bring its file here too.'),
  'istio/IST0102': analyzed('hint', 'Label the namespace istio-injection: enabled, or disabled to say that it is meant so.'),
  'istio/IST0103': analyzed('warning', 'The sidecar is put in when a pod is created: restart the workload.'),
  'istio/IST0109': analyzed('error', 'Of two VirtualServices for a host in the mesh the older wins. Merge them.'),
  'istio/IST0110': analyzed('error', 'One of them wins. Give each workload one Sidecar.'),
  'istio/IST0111': analyzed('error', 'One of them wins. Keep one Sidecar without selector in a namespace.'),
  'istio/IST0112': analyzed('error', 'Add destination.port.number.'),
  'istio/IST0116': analyzed('warning', 'Give the port one protocol in all Services.'),
  'istio/IST0123': analyzed('warning', 'Keep istio-injection or istio.io/rev, or istio.io/dataplane-mode for ambient.'),
  'istio/IST0127': analyzed('warning', 'No pod here has these labels and a sidecar. Mend the selector, or bring the workload.'),
  'istio/IST0128': analyzed('warning', 'Anyone can pose as the host. Add caCertificates, or credentialName with workloadSelector.'),
  'istio/IST0129': analyzed('warning', 'Anyone can pose as the host. Add caCertificates, or credentialName with workloadSelector.'),
  'istio/IST0132': analyzed('warning', 'The Gateway serves other hosts; add one of these to a server, or take the Gateway out.'),
  'istio/IST0134': analyzed('info', 'Without addresses the port takes all traffic at that port number, unless istiod allocates addresses.'),
  'istio/IST0137': analyzed(
    'warning',
    'istiod builds one inbound listener for a target port; which Service it belongs to is left to chance.',
  ),
  'istio/IST0140': analyzed(
    'warning',
    'Gateways do not look at the VirtualService of the mesh; name the subset in the route of the gateway.',
  ),
  'istio/IST0144': analyzed('warning', 'Traffic of this user is not sent through the sidecar. Choose another user.'),
  'istio/IST0145': analyzed('error', 'Give each host at a port to one Gateway.'),
  'istio/IST0157': analyzed('warning', 'Name a provider, or set defaultProviders.accessLogging in the mesh configuration.'),
  'istio/IST0159': analyzed('error', 'The older one wins. Give each workload one Telemetry.'),
  'istio/IST0160': analyzed('error', 'The older one wins. Keep one Telemetry without selector in a namespace.'),
  'istio/IST0162': analyzed('warning', 'Add the port to the Service of the gateway, or use its targetPort.'),
  'istio/IST0166': analyzed('warning', 'Use targetRefs with kind Gateway.'),
  'istio/IST0167': analyzed('warning', 'Ambient workloads have no sidecar that could be configured.'),
  'istio/IST0173': analyzed('warning', 'No pod here has the labels of the subset. Mend them, or bring the workload.'),
  'istio/IST0174': analyzed('warning', 'Mend the host, or bring the Service or ServiceEntry.'),
  'istio/IST0177': analyzed('warning', 'Agree on one protocol.'),
} as const satisfies Readonly<Record<string, Rule>>;
