import { lazy, type ComponentType } from 'react';

type Load = () => Promise<{ readonly default: ComponentType }>;

const loaders = {
  canvas: async () => ({ default: (await import('../canvas/CanvasPane.tsx')).CanvasPane }),
  inspector: async () => ({ default: (await import('../inspector/InspectorPane.tsx')).InspectorPane }),
  preview: async () => ({ default: (await import('../preview/PreviewPane.tsx')).PreviewPane }),
  problems: async () => ({ default: (await import('../preview/ProblemsPane.tsx')).ProblemsPane }),
  log: async () => ({ default: (await import('../preview/LogPane.tsx')).LogPane }),
  matrix: async () => ({ default: (await import('../matrix/MatrixDialog.tsx')).MatrixDialog }),
  cost: async () => ({ default: (await import('../cost/CostDialog.tsx')).CostDialog }),
  chains: async () => ({ default: (await import('../chains/ChainFinderDialog.tsx')).ChainFinderDialog }),
  compare: async () => ({ default: (await import('../compare/ComparePane.tsx')).ComparePane }),
  resources: async () => ({ default: (await import('../dump/ResourcesDialog.tsx')).ResourcesDialog }),
  describe: async () => ({ default: (await import('../describe/DescribeDialog.tsx')).DescribeDialog }),
  export: async () => ({ default: (await import('../export/ExportDialog.tsx')).ExportDialog }),
} as const satisfies Readonly<Record<string, Load>>;

/** Large panes that load when first shown; the shell knows nothing of them but their names. */
export const slots = {
  canvas: lazy(loaders.canvas),
  inspector: lazy(loaders.inspector),
  preview: lazy(loaders.preview),
  problems: lazy(loaders.problems),
  log: lazy(loaders.log),
  matrix: lazy(loaders.matrix),
  chains: lazy(loaders.chains),
  cost: lazy(loaders.cost),
  compare: lazy(loaders.compare),
  resources: lazy(loaders.resources),
  describe: lazy(loaders.describe),
  export: lazy(loaders.export),
} as const;

/** Fetches what the first screen shows while the engine is still on its way. A pane that fails to load says so itself when shown. */
export function preloadFirstScreen(): void {
  for (const load of [loaders.canvas, loaders.inspector, loaders.preview]) void load().catch(() => undefined);
}
