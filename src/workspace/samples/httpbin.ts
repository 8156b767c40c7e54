import type { SourceFile } from '#base/source-file.ts';

/** The first thing a visitor sees: one workload, one plugin, a request that turns into a teapot. */
export const httpbin: readonly SourceFile[] = [
  {
    name: 'wasmplugins.yaml',
    text: `# Rewrites /banana/418 to /status/418 on the way in and adds headers on the way out.
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: regex-replace
  namespace: demo
spec:
  selector:
    matchLabels:
      app: httpbin
  url: oci://registry.example/filterloom/regex-replace:1.0.0
  phase: AUTHN
  priority: 10
  pluginConfig:
    pattern: banana/([0-9]*)
    replacement: status/$1
    responseHeaders:
      who-am-i: wasm-extension
      injected-by: istio-api!
      site: filterloom.example
      author: mesh-team
    echoConfigHeader: x-plugin-config
`,
  },
  {
    name: 'httpbin.yaml',
    text: `apiVersion: v1
kind: Namespace
metadata:
  name: demo
  labels:
    istio-injection: enabled
---
apiVersion: v1
kind: Service
metadata:
  name: httpbin
  namespace: demo
  labels:
    app: httpbin
spec:
  clusterIP: 10.96.14.2
  selector:
    app: httpbin
  ports:
  - name: http
    port: 8000
    targetPort: 80
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: httpbin
  namespace: demo
spec:
  replicas: 1
  selector:
    matchLabels:
      app: httpbin
      version: v1
  template:
    metadata:
      labels:
        app: httpbin
        version: v1
    spec:
      containers:
      - name: httpbin
        image: docker.io/kennethreitz/httpbin
        ports:
        - containerPort: 80
`,
  },
];
