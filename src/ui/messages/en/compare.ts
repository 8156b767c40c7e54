const plural = (count: number, one: string, many: string): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export const compareMessages = {
  with: 'Compare with',
  scope: 'Of',
  scopes: { listener: 'this listener', all: 'all listeners' },
  nothing: 'Nothing to compare with',
  nothingText: 'Drop a config_dump of the same workload, or choose a proxy that istiod builds here.',
  same: 'No difference',
  sameText: (other: string) => `What is in view and ${other} mean the same.`,
  summary: (added: number, removed: number, moved: number, changed: number, expected: number) =>
    [
      added > 0 ? `${added} added` : '',
      removed > 0 ? `${removed} removed` : '',
      moved > 0 ? `${moved} moved` : '',
      changed > 0 ? `${changed} changed` : '',
      expected > 0 ? `${expected} expected` : '',
    ]
      .filter((text) => text !== '')
      .join(', '),
  direction: (before: string, after: string) => `from ${before} to ${after}`,
  expected: { 'istio-agent': 'made by istio-agent' },
  expectedTip: {
    'istio-agent':
      'Expected: the agent beside Envoy fetches the module, puts a file in its place and takes its own variables out. It is not in the resources.',
  },
  kind: { added: 'added', removed: 'removed', moved: 'moved', changed: 'changed' },
  places: (count: number) => `in ${plural(count, 'chain', 'chains')}`,
  list: 'Differences',
  landing: (resource: string, patch: number | undefined, now: 'lands' | 'misses') =>
    `${resource}${patch === undefined ? '' : `, patch ${patch + 1},`} ${now === 'lands' ? 'lands' : 'lands no longer'}`,
  since: (minor: string) => `Since Istio ${minor}:`,
  concerns: (resources: readonly string[]) => `Concerns ${resources.join(', ')}`,
  absent: 'absent',
  whole: 'the whole',
  more: (count: number) => `and ${plural(count, 'more difference', 'more differences')}: choose one listener to see fewer`,
  only: (count: number, side: string) => `${plural(count, 'listener or route', 'listeners and routes')} only in ${side}`,
  moreNames: (count: number) => `and ${count} more`,
  file: (name: string, file: string) => `${name} (${file})`,
  built: (name: string, istio: string) => `${name}, Istio ${istio}`,
};
