import type { ConfigReader } from '../config-reader.ts';

/** A `type.v3.FractionalPercent` as a share between 0 and 1. */
export function fractionOf(config: ConfigReader | undefined, otherwise = 0): number {
  if (config === undefined) return otherwise;
  const denominator = config.raw('denominator') ?? 'HUNDRED';
  const scale = denominator === 'MILLION' || denominator === 2 ? 1e6 : denominator === 'TEN_THOUSAND' || denominator === 1 ? 1e4 : 100;
  return config.number('numerator', 0) / scale;
}

/** `RuntimeFractionalPercent`: there is no runtime layer here, so the default value counts. */
export function runtimeFraction(config: ConfigReader | undefined, otherwise: number): number {
  config?.ignore('runtime_key');
  const value = config?.message('default_value');
  return value === undefined ? otherwise : fractionOf(value);
}

/** `RuntimeFeatureFlag`: on unless its default says otherwise. */
export function runtimeEnabled(config: ConfigReader | undefined): boolean {
  config?.ignore('runtime_key');
  return config?.bool('default_value', true) ?? true;
}
