/**
 * A configuration that Envoy would refuse. Thrown while a listener or route configuration is compiled and caught where that begins
 * (`createSidecar`, `runScenario`), which turns it into the `rejected` answer; nothing else throws it.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
