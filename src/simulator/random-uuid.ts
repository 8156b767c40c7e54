import type { Random } from '#base/random.ts';

/** A version 4 UUID. With tracing on, Envoy marks a request it does not sample by leaving the version nibble as it is and one it samples by 9. */
export function randomUuid(random: Random, sampled = false): string {
  const bytes = new Uint8Array(16);
  random.fill(bytes);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (sampled ? 0x90 : 0x40);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
