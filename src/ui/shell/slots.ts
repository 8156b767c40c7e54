import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

type Slot = LazyExoticComponent<ComponentType>;

/** Large panes that load when first shown; the shell knows nothing of them but their names. */
export const slots = {
  canvas: lazy(async () => ({ default: (await import('../canvas/CanvasPane.tsx')).CanvasPane })),
  inspector: lazy(async () => ({ default: (await import('../inspector/InspectorPane.tsx')).InspectorPane })),
  preview: lazy(async () => ({ default: (await import('../preview/PreviewPane.tsx')).PreviewPane })),
  problems: lazy(async () => ({ default: (await import('../preview/ProblemsPane.tsx')).ProblemsPane })),
  log: lazy(async () => ({ default: (await import('../preview/LogPane.tsx')).LogPane })),
  export: lazy(async () => ({ default: (await import('../export/ExportDialog.tsx')).ExportDialog })),
} as const satisfies Readonly<Record<string, Slot>>;
