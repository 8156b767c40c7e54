export const describeMessages = {
  title: 'Describe a proxy',
  about: 'Adds the Kubernetes objects of such a proxy as a file, which you can then edit like any other.',
  type: 'It is a',
  types: { sidecar: 'workload with a sidecar', router: 'gateway', waypoint: 'waypoint' },
  name: 'Name',
  namespace: 'Namespace',
  labels: 'Labels',
  labelsHint: 'Selectors of plugins and policies look at them. Empty: one made of the name.',
  ports: 'Ports',
  portsHint: 'Name and number; the name tells the protocol: http 8080, grpc 9000, tcp-db 5432.',
  problems: {
    name: 'Lower-case letters, digits and "-", as Kubernetes wants it.',
    namespace: 'Lower-case letters, digits and "-", as Kubernetes wants it.',
    labels: 'Write them as key=value, with commas between them.',
    ports: 'Write at least one as "http 8080", with commas between them; 1 to 65535.',
  },
  add: 'Add the proxy',
};
