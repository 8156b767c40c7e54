import type { RouteTarget } from '#workspace/lane-route.ts';

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Of bytes that were changed. */
const sizes = (before: number, after: number): string => (before === after ? `${after} B rewritten` : `${before} → ${after} B`);

export const canvasMessages = {
  name: 'Canvas of the filter chain',
  help: 'Arrow keys walk the filters, Enter opens the inspector, Alt with up or down moves a plugin.',
  loading: 'the canvas',
  client: 'Client',
  clientText: 'downstream',
  listener: 'Listener',
  chains: (shown: number, all: number) =>
    shown === all ? plural(all, 'filter chain', 'filter chains') : `Filter chains: ${shown} of ${all}`,
  moreChains: (count: number) => `${count} more`,
  fewerChains: 'Fewer',
  network: 'Network filters',
  httpFilters: 'HTTP filters',
  request: 'request',
  response: 'response',
  route: 'Route',
  upstream: 'Upstream',
  routeTarget: (target: RouteTarget) => {
    if (target.kind === 'cluster') return `→ ${target.cluster}`;
    if (target.kind === 'clusters') return target.clusters.length === 0 ? '→ by the request' : `→ ${target.clusters.join(', ')}`;
    if (target.kind === 'direct-response') return `→ direct response ${target.status}`;
    if (target.kind === 'redirect') return '→ redirect';
    if (target.kind === 'routes') return `${plural(target.routes, 'route', 'routes')} in ${plural(target.hosts, 'host', 'hosts')}`;
    return target.kind === 'rds' ? 'comes by RDS' : 'no route';
  },
  /** Before anything was sent. */
  upstreamOf: (target: RouteTarget) => {
    if (target.kind === 'cluster') return target.cluster;
    if (target.kind === 'clusters' && target.clusters.length > 0) return plural(target.clusters.length, 'cluster', 'clusters');
    return target.kind === 'clusters' || target.kind === 'routes' || target.kind === 'rds' ? 'chosen by the route' : 'none';
  },
  notReached: 'not reached',
  noHttp: 'This chain has no HTTP connection manager: bytes go straight to the upstream.',
  noHttpHelp: 'Choose another filter chain to place HTTP plugins.',
  noListenerFilters: 'no listener filters',
  fold: (count: number, names: string) => `${count} built-in: ${names}`,
  foldLabel: (count: number, names: string) => `${count} built-in filters, folded: ${names}. Unfold`,
  insertAt: (text: string) => `Insert a plugin: ${text}`,
  insertPlaceholder: 'Search the catalogue',
  insertEmpty: 'No plugin of that name. Drop a .wasm file to use your own.',
  dropSame: 'it stands here already',
  dropOutside: 'Drop it on a gap of the chain',
  needsEnvoyFilter: 'needs an EnvoyFilter',
  notSimulated: 'not simulated',
  partlySimulated: 'partly simulated',
  notSimulatedTip: 'The preview passes this filter by: it does what Envoy would only in a cluster',
  disabled: 'disabled',
  kind: { 'built-in': 'built-in', plugin: 'plugin', 'envoy-filter': 'inserted by EnvoyFilter' },
  rowActions: (name: string) => `Actions for ${name}`,
  controls: 'Canvas controls',
  zoomLevel: (percent: number) => `Zoom ${percent} %`,
  miniMap: 'Map of the chain',
  emptyTitle: 'No chain yet',
  emptyNoProxy: 'There is no workload with a proxy in these files. Add a Deployment, a Pod or a Gateway, or begin with a sample.',
  emptyNoChain: 'There is no listener with a filter chain to show.',
  emptySample: 'Load the httpbin sample',
  emptyOpen: 'Add files',
  overlay: {
    rewritten: (header: string) => `${header} rewritten`,
    changed: (count: number) => plural(count, 'header changed', 'headers changed'),
    changedOne: (header: string) => `${header} changed`,
    added: (count: number) => `+${plural(count, 'header', 'headers')}`,
    addedOne: (header: string) => `+${header}`,
    removed: (count: number) => `−${plural(count, 'header', 'headers')}`,
    removedOne: (header: string) => `−${header}`,
    body: (before: number, after: number) => `body ${sizes(before, after)}`,
    cut: (status: number) => `${status} local reply`,
    paused: 'waited',
    trapped: 'trapped',
    unchanged: 'nothing changed',
    request: 'Request',
    response: 'Response',
    outdated: 'Results of the run before the last change',
    rowLabel: (text: string) => `In the preview: ${text}`,
    bytes: sizes,
    outcome: (status: number, cluster: string) => `${status} from ${cluster}`,
    connected: (cluster: string) => `connected to ${cluster}`,
  },
};
