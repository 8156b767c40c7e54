import type { Phase } from '#envoy/provenance.ts';
import type { Lane, LaneBand, LaneGap, LaneRow } from '#workspace/design.ts';

const words: Readonly<Record<string, Phase>> = { AUTHN: 'AUTHN', AUTHZ: 'AUTHZ', STATS: 'STATS', none: 'UNSPECIFIED_PHASE' };

/**
 * A lane from one line: `meta AUTHN[regex-replace@10 basic-auth] jwt_authn AUTHZ[] rbac none[] cors !lua router`.
 * `PHASE[…]` is a band with its plugins (`name@priority`), `!name` an EnvoyFilter's insertion, everything else built in; the last
 * filter ends the chain. There is a gap at every place, in phases without and elsewhere with the need for an EnvoyFilter.
 */
export function lane(text: string): Lane {
  const rows: LaneRow[] = [];
  const gaps: LaneGap[] = [];
  const bands: LaneBand[] = [];
  const free = (): void => {
    if (gaps.at(-1)?.index !== rows.length)
      gaps.push({ layer: 'http', index: rows.length, band: undefined, text: 'needs an EnvoyFilter', needsEnvoyFilter: true });
  };
  for (const token of text.match(/\w+\[[^\]]*\]|\S+/g) ?? []) {
    const band = /^(\w+)\[(.*)\]$/.exec(token);
    if (band === null) {
      free();
      rows.push(token.startsWith('!') ? filter(rows.length, 'envoy-filter', token.slice(1)) : filter(rows.length, 'built-in', token));
      continue;
    }
    const [, title = '', members = ''] = band;
    const phase = words[title] ?? 'UNSPECIFIED_PHASE';
    const firstGap = rows.length;
    gaps.push({ layer: 'http', index: firstGap, band: phase, text: `${title}, first`, needsEnvoyFilter: false });
    for (const member of members.split(/\s+/).filter((name) => name !== '')) {
      const [name = '', priority] = member.split('@');
      rows.push(filter(rows.length, 'plugin', name, phase, priority === undefined ? undefined : Number(priority)));
      gaps.push({ layer: 'http', index: rows.length, band: phase, text: `${title}, after ${name}`, needsEnvoyFilter: false });
    }
    bands.push({ phase, title, firstGap, lastGap: rows.length });
  }
  return {
    listenerFilters: [],
    chains: [{ index: 0, title: ':80 HTTP', match: 'dst port 80', http: true, port: 80, selected: true }],
    networkFilters: [
      filter(0, 'built-in', 'metadata_exchange', undefined, undefined, 'network'),
      filter(1, 'built-in', 'http_connection_manager', undefined, undefined, 'network'),
    ],
    rows,
    gaps,
    bands,
    route: { title: 'default', target: { kind: 'cluster', cluster: 'inbound|80||' } },
  };
}

function filter(index: number, kind: LaneRow['kind'], name: string, phase?: Phase, priority?: number, layer = 'http'): LaneRow {
  const resource = kind === 'built-in' ? undefined : { kind: kind === 'plugin' ? 'WasmPlugin' : 'EnvoyFilter', namespace: 'demo', name };
  const provenance = {
    origin: kind === 'plugin' ? ('wasm-plugin' as const) : kind === 'envoy-filter' ? ('envoy-filter' as const) : ('istio' as const),
    resource,
    phase,
    priority,
    reasons: [{ code: 'test', text: `${name} stands here` }],
  };
  return {
    id: `${layer}:${name}`,
    index,
    filter: { name, provenance },
    title: name,
    subtitle: kind === 'plugin' ? (priority === undefined ? 'unset' : String(priority)) : '',
    kind,
    simulated: true,
    provenance,
    resource,
    extension: undefined,
    landing: undefined,
    problems: 0,
    worst: undefined,
  };
}
