import type { SourceFile } from '#base/source-file.ts';
import type { WorkspaceDocument } from '../document.ts';
import type { SampleName } from '../workspace.ts';
import { bookinfo } from './bookinfo.ts';
import { httpbin } from './httpbin.ts';
import { orders } from './orders.ts';
import { rewrite } from './rewrite.ts';

const documentOf = (files: readonly SourceFile[], newId: () => string): WorkspaceDocument => ({
  files: files.map((file) => ({ ...file, id: newId() })),
  modules: [],
  dumps: [],
});

/** Workspaces that work at the first click. */
export const samples: Readonly<Record<SampleName, (newId: () => string) => WorkspaceDocument>> = {
  httpbin: (newId) => documentOf(httpbin, newId),
  bookinfo: (newId) => documentOf(bookinfo, newId),
  orders: (newId) => documentOf(orders, newId),
  rewrite: (newId) => documentOf(rewrite, newId),
};
