import type { SourceFile } from '#base/source-file.ts';

/** A TCP service that speaks in lines, guarded by a network plugin. */
export const orders: readonly SourceFile[] = [
  {
    name: 'wasmplugins.yaml',
    text: `# Denies commands of the line protocol and masks card numbers in answers.
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: line-guard
  namespace: shop
spec:
  selector:
    matchLabels:
      app: orders
  url: oci://registry.example/filterloom/line-guard:1.0.0
  type: NETWORK
  pluginConfig:
    deny:
    - DROP
    - SHUTDOWN
    mask:
    - find: 4111-1111
      replace: "****-****"
`,
  },
  {
    name: 'orders.yaml',
    text: `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: enabled
---
apiVersion: v1
kind: Service
metadata:
  name: orders
  namespace: shop
  labels:
    app: orders
spec:
  clusterIP: 10.96.22.9
  selector:
    app: orders
  ports:
  - name: tcp-lines
    port: 9000
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
  namespace: shop
spec:
  replicas: 1
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
      - name: orders
        image: registry.example/shop/orders:1.0.0
        ports:
        - containerPort: 9000
`,
  },
];
