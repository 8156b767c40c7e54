import type { ResourceRef } from '#envoy/provenance.ts';

/** What the user looks at: kept between visits, never part of undo. */
export interface ViewState {
  /** `sidecar demo/httpbin`, see `proxyKey`. undefined = the first one found. */
  readonly proxy: string | undefined;
  /** Name of the listener; undefined = the most telling one of the proxy. */
  readonly listener: string | undefined;
  /** Index of the filter chain in the listener; -1 = the default chain; undefined = the most telling one. */
  readonly chain: number | undefined;
  /** The istiod that builds: `1.31`. */
  readonly istio: string;
  readonly selection: Selection | undefined;
  readonly leftTab: 'files' | 'catalogue' | 'modules';
  readonly inspectorTab: 'form' | 'yaml' | 'envoy';
  readonly dockTab: 'preview' | 'problems' | 'log' | 'list' | 'compare';
  readonly foldBuiltIns: boolean;
  readonly theme: 'system' | 'light' | 'dark';
  readonly dialog: 'export' | 'cost' | 'resources' | 'matrix' | 'chains' | 'describe' | 'samples' | 'palette' | 'shortcuts' | undefined;
}

/** One thing is selected at a time; canvas, file list, inspector and editor follow. */
export type Selection =
  | { readonly kind: 'resource'; readonly resource: ResourceRef }
  /** A filter without a resource of its own, by its row id in the lane. */
  | { readonly kind: 'filter'; readonly rowId: string }
  /** A file as text; `at` is the offset to show. */
  | { readonly kind: 'file'; readonly fileId: string; readonly at?: number | undefined };

export const initialView: ViewState = {
  proxy: undefined,
  listener: undefined,
  chain: undefined,
  istio: '1.31',
  selection: undefined,
  leftTab: 'files',
  inspectorTab: 'form',
  dockTab: 'preview',
  foldBuiltIns: true,
  theme: 'system',
  dialog: undefined,
};
