import { formatRef } from '#envoy/provenance.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import { matrixColumns, matrixRow, type MatrixCell } from '#istio/matrix.ts';
import { choice, type Command } from '../command.ts';
import { istioOf, istioOption } from '../istio-version.ts';
import { envoyTypes } from '../vocabulary.ts';
import { readWorkspace, reportErrors } from '../workspace.ts';

export const matrix: Command = {
  name: 'matrix',
  summary: 'Every workload × every plugin and EnvoyFilter: where it lands, or the first condition that failed.',
  usage: ['matrix -f FILE... [--istio 1.31] [-o text|json]'],
  options: {
    file: {
      type: 'string',
      short: 'f',
      multiple: true,
      value: 'FILE',
      about: 'Kubernetes and Istio YAML, or a folder; `-` is standard input',
    },
    istio: istioOption('the istiod that builds'),
    output: { type: 'string', short: 'o', value: 'text|json', about: 'text (default) or json' },
  },
  run: async (args, io) => {
    const format = choice(args, 'output', ['text', 'json']);
    const istio = istioOf(args, io);
    const workspace = readWorkspace(args);
    const hasErrors = reportErrors(workspace, io);
    const { resources } = workspace;
    const columns = matrixColumns(resources);
    const shared = { resources, istio, meshConfig: installedMeshConfig(resources), types: envoyTypes() };
    const rows = findProxies(resources).map((proxy) => ({
      proxy: `${proxy.namespace}/${proxy.name}`,
      type: proxy.type,
      cells: matrixRow(buildMesh({ ...shared, proxy }).landings, columns),
    }));
    if (rows.length === 0 || columns.length === 0) io.err('The files hold no workload, or neither a plugin nor an EnvoyFilter.\n');
    if (format === 'json') {
      const named = rows.map(({ cells, ...row }) => ({
        ...row,
        plugins: columns.map((column, i) => ({ ...column, ...cells[i] })),
      }));
      io.out(`${JSON.stringify({ istio, rows: named }, undefined, 2)}\n`);
    } else {
      for (const { proxy, type, cells } of rows) {
        io.out(`${type} ${proxy}\n`);
        for (const [i, column] of columns.entries())
          io.out(`  ${words(cells[i])}  ${formatRef(column)}: ${cells[i]?.reasons.join('; ') ?? ''}\n`);
      }
    }
    return hasErrors ? 1 : 0;
  },
};

function words(cell: MatrixCell | undefined): string {
  if (cell?.landed !== true) return '–';
  const some = cell.patches !== undefined && cell.patches.landed < cell.patches.all;
  return some ? '±' : '+';
}
