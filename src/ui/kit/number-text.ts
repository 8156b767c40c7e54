/** The number a person typed, or `undefined`: JSON's spelling with an optional plus, spaces around allowed. */
export function parseNumber(text: string, integer: boolean): number | undefined {
  const trimmed = text.trim();
  if (!/^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(trimmed)) return undefined;
  const value = Number(trimmed);
  if (!Number.isFinite(value) || (integer && !Number.isInteger(value))) return undefined;
  return value;
}

/** One step from `value` (or from zero), kept inside the limits; steps like 0.1 do not gather rounding noise. */
export function stepNumber(value: number | undefined, by: number, min: number | undefined, max: number | undefined): number {
  const next = value === undefined ? (by > 0 ? (min ?? by) : (max ?? by)) : Number((value + by).toPrecision(12));
  return Math.min(max ?? Number.POSITIVE_INFINITY, Math.max(min ?? Number.NEGATIVE_INFINITY, next));
}
