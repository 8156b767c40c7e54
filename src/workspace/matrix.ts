import type { ResourceRef } from '#envoy/provenance.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import { matrixColumns, matrixRow, type MatrixCell } from '#istio/matrix.ts';
import type { Proxy } from '#istio/resource.ts';
import { proxyKey } from './choose.ts';
import type { Workspace } from './workspace.ts';

/** One proxy of the workspace with what became of every plugin on it. */
export interface MatrixRow {
  readonly key: string;
  readonly proxy: Proxy;
  readonly cells: readonly (MatrixCell | undefined)[];
}

export interface Matrix {
  readonly columns: readonly ResourceRef[];
  readonly rows: readonly MatrixRow[];
  /** All proxies; more than `rows` while it is being made. */
  readonly of: number;
}

const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Between two breaths at least one proxy is built, and no more than fit into this time. */
const stepMs = 12;

/**
 * Builds every proxy of the workspace and says what landed on each. It takes a while in a large mesh, so it pauses for the page and
 * reports what there is; it ends early once `signal` is aborted.
 */
export async function makeMatrix(workspace: Workspace, signal: AbortSignal, report: (matrix: Matrix) => void): Promise<void> {
  const { resources, proxies } = workspace.design.getState();
  const { istio } = workspace.view.getState();
  const { types } = workspace.vocabulary.getState();
  const meshConfig = installedMeshConfig(resources);
  const columns = matrixColumns(resources);
  const rows: MatrixRow[] = [];
  report({ columns, rows: [], of: proxies.length });
  let pause = performance.now() + stepMs;
  for (const proxy of proxies) {
    const { landings } = buildMesh({ resources, proxy, istio, meshConfig, types });
    rows.push({ key: proxyKey(proxy), proxy, cells: matrixRow(landings, columns) });
    if (performance.now() < pause) continue;
    report({ columns, rows: [...rows], of: proxies.length });
    await breathe();
    if (signal.aborted) return;
    pause = performance.now() + stepMs;
  }
  report({ columns, rows, of: proxies.length });
}
