import type { SourceFile } from '#base/source-file.ts';

/** An ingress gateway in front of productpage, with basic authentication for its admin pages. */
export const bookinfo: readonly SourceFile[] = [
  {
    name: 'wasmplugins.yaml',
    text: `# Asks for a password on /productpage at the edge; everything else passes.
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: basic-auth
  namespace: istio-system
spec:
  selector:
    matchLabels:
      istio: ingressgateway
  url: oci://registry.example/filterloom/basic-auth:1.0.0
  phase: AUTHN
  priority: 100
  pluginConfig:
    realm: bookinfo
    protect:
    - prefix: /productpage
    users:
    - name: ok
      password: test
    - name: admin3
      password: admin3
`,
  },
  {
    name: 'gateway.yaml',
    text: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: bookinfo-gateway
  namespace: bookinfo
spec:
  selector:
    istio: ingressgateway
  servers:
  - port:
      number: 80
      name: http
      protocol: HTTP
    hosts:
    - "*"
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: bookinfo
  namespace: bookinfo
spec:
  hosts:
  - "*"
  gateways:
  - bookinfo-gateway
  http:
  - name: productpage
    match:
    - uri:
        exact: /productpage
    - uri:
        prefix: /static
    - uri:
        prefix: /api/v1/products
    - uri:
        prefix: /anything
    route:
    - destination:
        host: productpage.bookinfo.svc.cluster.local
        port:
          number: 9080
`,
  },
  {
    name: 'bookinfo.yaml',
    text: `apiVersion: v1
kind: Namespace
metadata:
  name: bookinfo
  labels:
    istio-injection: enabled
---
apiVersion: v1
kind: Service
metadata:
  name: productpage
  namespace: bookinfo
  labels:
    app: productpage
spec:
  clusterIP: 10.96.31.7
  selector:
    app: productpage
  ports:
  - name: http
    port: 9080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: productpage-v1
  namespace: bookinfo
spec:
  selector:
    matchLabels:
      app: productpage
      version: v1
  template:
    metadata:
      labels:
        app: productpage
        version: v1
    spec:
      containers:
      - name: productpage
        image: docker.io/istio/examples-bookinfo-productpage-v1:1.20.3
        ports:
        - containerPort: 9080
`,
  },
  {
    name: 'istio-ingressgateway.yaml',
    text: `apiVersion: v1
kind: Service
metadata:
  name: istio-ingressgateway
  namespace: istio-system
spec:
  type: LoadBalancer
  clusterIP: 10.96.0.80
  selector:
    app: istio-ingressgateway
    istio: ingressgateway
  ports:
  - name: http2
    port: 80
    targetPort: 8080
  - name: https
    port: 443
    targetPort: 8443
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: istio-ingressgateway
  namespace: istio-system
spec:
  selector:
    matchLabels:
      app: istio-ingressgateway
      istio: ingressgateway
  template:
    metadata:
      labels:
        app: istio-ingressgateway
        istio: ingressgateway
    spec:
      containers:
      - name: istio-proxy
        image: docker.io/istio/proxyv2:1.31.0
        ports:
        - containerPort: 8080
        - containerPort: 8443
`,
  },
];
