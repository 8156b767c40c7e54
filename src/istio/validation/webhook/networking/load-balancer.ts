import type { JsonObject } from '#base/json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { durationError } from '../words/durations.ts';
import { message, messages, number, text } from '../words/fields.ts';
import { checkLocalities, checkZones } from './localities.ts';

/** How endpoints are chosen (istio/istio pkg/config/validation/validation.go validateLoadBalancer). */
export function checkLoadBalancer(balancer: JsonObject, outlier: JsonObject | undefined, out: VerdictBuilder, minor: number): void {
  const hash = message(balancer, 'consistentHash');
  if (hash !== undefined) checkHash(hash, out.at('consistentHash'));
  const locality = message(balancer, 'localityLbSetting');
  const zones = message(balancer, 'zoneAwareLbSetting');
  if (locality !== undefined && zones !== undefined)
    out.error('istio/locality', 'only one of localityLbSetting and zoneAwareLbSetting can be set', 'zoneAwareLbSetting');
  if (locality !== undefined) checkLocalities(locality, outlier !== undefined, out.at('localityLbSetting'));
  if (zones !== undefined) checkZones(zones, outlier !== undefined, out.at('zoneAwareLbSetting'));
  const warmup = message(balancer, 'warmup');
  if (warmup !== undefined) checkWarmup(warmup, out.at('warmup'), minor);
}

function checkWarmup(warmup: JsonObject, out: VerdictBuilder, minor: number): void {
  if (warmup['duration'] === undefined) out.error('istio/warmup', 'duration is required');
  else out.check('istio/duration', durationError(warmup, 'duration'), 'duration');
  if (number(warmup, 'minimumPercent') > 100)
    out.error('istio/warmup', 'minimumPercent value should be less than or equal to 100', 'minimumPercent');
  if (warmup['aggression'] === undefined) return;
  const aggression = number(warmup, 'aggression');
  if (minor < 30 && aggression < 1) out.error('istio/warmup', 'aggression should be greater than or equal to 1', 'aggression');
  else if (aggression <= 0) out.error('istio/warmup', 'aggression should be greater than 0', 'aggression');
}

function checkHash(hash: JsonObject, out: VerdictBuilder): void {
  const cookie = message(hash, 'httpCookie');
  if (cookie !== undefined) {
    const at = out.at('httpCookie');
    if (text(cookie, 'name') === '') at.error('istio/cookie', 'name required for HttpCookie', 'name');
    const names = new Set<string>();
    for (const [index, attribute] of messages(cookie, 'attributes').entries()) {
      const name = text(attribute, 'name');
      if (name === '') at.error('istio/cookie', 'cookie attribute name cannot be empty', 'attributes', index);
      else if (names.has(name)) at.error('istio/cookie', `duplicate cookie attribute name: ${name}`, 'attributes', index);
      names.add(name);
    }
  }
  const ring = number(hash, 'minimumRingSize');
  const maglev = message(hash, 'maglev');
  if (ring !== 0) {
    const instead = "use ConsistentHashLB's RingHash configuration instead";
    out.warn('istio/field-deprecated', `consistent hash MinimumRingSize is deprecated, ${instead}`, 'minimumRingSize');
    if (maglev !== undefined || hash['ringHash'] !== undefined)
      out.error('istio/hash-table', 'only one of MinimumRingSize or Maglev/Ringhash can be specified', 'minimumRingSize');
  }
  if (maglev === undefined) return;
  const size = number(maglev, 'tableSize');
  const error = (what: string): void => out.error('istio/hash-table', `tableSize must be ${what} for maglev`, 'maglev', 'tableSize');
  if (size === 0) error('set');
  if (size >= 5_000_011) error('less than 5000011');
  if (!isPrime(size)) error('a prime number');
}

/** As Envoy tells a prime: 1 counts as one. */
function isPrime(size: number): boolean {
  if (size > 0 && size < 4) return true;
  if (size % 2 === 0) return false;
  const limit = Math.sqrt(size);
  for (let factor = 3; factor <= limit; factor += 2) if (size % factor === 0) return false;
  return true;
}
