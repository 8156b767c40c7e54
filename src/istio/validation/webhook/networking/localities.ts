import type { JsonObject } from '#base/json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { messages, numberPairs, text, texts } from '../words/fields.ts';

const topology = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'];

/** istio/istio pkg/config/validation/agent/validation.go ValidateLocalityLbSetting. */
export function checkLocalities(setting: JsonObject, hasOutlier: boolean, out: VerdictBuilder): void {
  const distribute = messages(setting, 'distribute');
  const failover = messages(setting, 'failover');
  if (distribute.length > 0 && failover.length > 0)
    return out.error('istio/locality', "can not simultaneously specify 'distribute' and 'failover'", 'failover');
  const clash = failover.length > 0 ? texts(setting, 'failoverPriority').find((label) => topology.includes(label)) : undefined;
  if (clash !== undefined) {
    const text = `can not simultaneously set 'failover' and topology label '${clash}' in 'failover_priority'`;
    return out.error('istio/locality', text, 'failoverPriority');
  }
  for (const [index, one] of distribute.entries()) {
    const at = out.at('distribute', index, 'to');
    const to = numberPairs(one, 'to');
    if (to.some(([, weight]) => weight <= 0 || weight > 100))
      return at.error('istio/locality', 'locality weight must be in range [1, 100]');
    const total = to.reduce((sum, [, weight]) => sum + weight, 0);
    if (total !== 100) return at.error('istio/locality', `total locality weight ${total} != 100`);
    at.check('istio/locality', overlap(to.map(([locality]) => locality)));
  }
  out.check('istio/locality', overlap(distribute.map((one) => text(one, 'from'))), 'distribute');
  checkFailover(setting, hasOutlier, out, {
    same: 'locality lb failover settings must specify different regions',
    deep: 'locality lb failover only specify region',
    wild: "locality lb failover region should not contain '*' wildcard",
  });
}

/** ValidateZoneAwareLbSetting. */
export function checkZones(setting: JsonObject, hasOutlier: boolean, out: VerdictBuilder): void {
  for (const [index, label] of texts(setting, 'failoverPriority').entries()) {
    if (!topology.includes(label)) continue;
    const why = 'region- and zone-level routing are handled automatically';
    const text = `'failover_priority' for zone aware lb must not use topology label '${label}'; ${why}`;
    out.error('istio/locality', text, 'failoverPriority', index);
  }
  checkFailover(setting, hasOutlier, out, {
    same: 'zone aware lb failover settings must specify different regions',
    deep: 'zone aware lb failover only specifies region; zone and subzone failover are handled automatically',
    wild: "zone aware lb failover region should not contain '*' wildcard",
  });
}

interface FailoverWords {
  readonly same: string;
  readonly deep: string;
  readonly wild: string;
}

function checkFailover(setting: JsonObject, hasOutlier: boolean, out: VerdictBuilder, words: FailoverWords): void {
  const failover = messages(setting, 'failover');
  if (!hasOutlier && (failover.length > 0 || texts(setting, 'failoverPriority').length > 0))
    out.warn('istio/failover-blind', 'outlier detection policy must be provided for failover');
  for (const [index, one] of failover.entries()) {
    const at = out.at('failover', index);
    const both = [text(one, 'from'), text(one, 'to')];
    if (both[0] === both[1]) at.error('istio/locality', words.same);
    if (both.some((region) => region.includes('/'))) at.error('istio/locality', words.deep);
    if (both.some((region) => region.includes('*'))) at.error('istio/locality', words.wild);
  }
}

/** Of `region/zone/subzone` the first that an earlier one covers, or that is malformed (validateLocalities). */
function overlap(localities: readonly string[]): string | undefined {
  // What was named: a region, a zone or a subzone, each covering all below it.
  const whole = new Set<string>();
  const begun = new Set<string>();
  for (const locality of localities) {
    const stars = locality.split('*').length - 1;
    if (stars > 1 || (stars === 1 && !locality.endsWith('*')))
      return `locality ${locality} wildcard '*' number can not exceed 1 and must be in the end`;
    const covered = `locality ${locality} overlap with previous specified ones`;
    if (begun.has('*')) return covered;
    const [region = '', zone, ...rest] = locality.split('/');
    const subzone = rest.length === 0 ? undefined : rest.join('/');
    if (region === '' || zone === '' || subzone === '') return `locality ${locality} must not contain empty region/zone/subzone info`;
    const path = [region, ...(zone === undefined ? [] : [zone]), ...(subzone === undefined ? [] : [subzone])];
    const keys = path.map((_, at) => path.slice(0, at + 1).join('/'));
    const own = keys.at(-1) ?? '';
    const isTaken =
      keys.some((key) => whole.has(key)) ||
      (path.length < 3 && begun.has(own)) ||
      (path.length > 1 && begun.has(`${region}/*`)) ||
      (path.length > 2 && whole.has(`${region}/${zone ?? ''}/*`));
    if (isTaken) return covered;
    whole.add(own);
    for (const key of keys) begun.add(key);
  }
  return undefined;
}
