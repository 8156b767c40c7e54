export const matrixMessages = {
  title: 'Where plugins land',
  about:
    'Every proxy of the workspace with every plugin and EnvoyFilter: in how many filter chains it is, or the first condition that failed.',
  proxies: 'Proxies',
  plugins: 'Plugins',
  filter: 'narrow by name',
  progress: (done: number, all: number) => `${done} of ${all} proxies built`,
  proxy: 'Proxy',
  landed: (chains: number) => (chains === 1 ? 'in 1 chain' : `in ${chains} chains`),
  landedElsewhere: 'applied',
  patches: (landed: number, all: number) => `${landed} of ${all} patches`,
  missed: 'not here',
  cell: (plugin: string, proxy: string, what: string) => `${plugin} on ${proxy}: ${what}`,
  nowhere: 'lands on no proxy',
  open: 'Show it there',
  more: (rows: number, columns: number) =>
    [rows > 0 ? `${rows} more proxies` : '', columns > 0 ? `${columns} more plugins` : ''].filter((text) => text !== '').join(' and ') +
    ': narrow by name to see them.',
  empty: 'There is nothing to compare.',
  emptyText: 'The workspace needs a workload and a plugin or an EnvoyFilter.',
  choose: 'Choose a cell to read why.',
};
