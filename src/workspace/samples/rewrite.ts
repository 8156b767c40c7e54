import type { SourceFile } from '#base/source-file.ts';
import { httpbin } from './httpbin.ts';

/** The same header and path rewrite twice in one chain: by a Wasm plugin and by Envoy's Lua filter, to see what each costs. */
export const rewrite: readonly SourceFile[] = [
  {
    name: 'wasmplugins.yaml',
    text: `# Wasm: /banana/418 becomes /status/418 on the way in, a header is added on the way out.
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: rewrite-wasm
  namespace: demo
spec:
  selector:
    matchLabels:
      app: httpbin
  url: oci://registry.example/filterloom/regex-replace:1.0.0
  phase: AUTHN
  pluginConfig:
    pattern: banana/([0-9]*)
    replacement: status/$1
    responseHeaders:
      x-rewritten: "yes"
`,
  },
  {
    name: 'envoyfilters.yaml',
    text: `# Lua: the same. What the plugin has rewritten does not match any more, so both may stand in one chain.
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: rewrite-lua
  namespace: demo
spec:
  workloadSelector:
    labels:
      app: httpbin
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: SIDECAR_INBOUND
      listener:
        filterChain:
          filter:
            name: envoy.filters.network.http_connection_manager
            subFilter:
              name: envoy.filters.http.router
    patch:
      operation: INSERT_BEFORE
      value:
        name: envoy.filters.http.lua
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
          default_source_code:
            inline_string: |
              function envoy_on_request(handle)
                local headers = handle:headers()
                local path = headers:get(":path")
                headers:replace(":path", (string.gsub(path, "banana/([0-9]*)", "status/%1", 1)))
              end

              function envoy_on_response(handle)
                handle:headers():replace("x-rewritten", "yes")
              end
`,
  },
  ...httpbin.filter(({ name }) => name === 'httpbin.yaml'),
];
