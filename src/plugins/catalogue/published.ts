/** Closes the documentation of plugins whose module others publish. */
export const moduleNotIncluded =
  'The module does not come with this app. To preview, download it from its publisher and drop the .wasm file, or the image as a tar file, onto the page.';

/** A cluster of the proxy, as callouts name it. */
export const istioCluster = {
  type: 'string',
  minLength: 1,
  examples: ['outbound|8181||opa.default.svc.cluster.local'],
} as const;
