import { canvasMessages } from './en/canvas.ts';
import { chainMessages } from './en/chains.ts';
import { commandMessages } from './en/commands.ts';
import { compareMessages } from './en/compare.ts';
import { commonMessages } from './en/common.ts';
import { costMessages } from './en/cost.ts';
import { describeMessages } from './en/describe.ts';
import { dumpMessages } from './en/dump.ts';
import { exportMessages } from './en/export.ts';
import { inspectorMessages } from './en/inspector.ts';
import { matrixMessages } from './en/matrix.ts';
import { paneMessages } from './en/panes.ts';
import { previewMessages } from './en/preview.ts';
import { shellMessages } from './en/shell.ts';

/**
 * Every text of the user interface, in English. One file per part of the screen; texts with parameters are functions. Terms are
 * Envoy's and Istio's own and stay English in every language: listener, filter chain, phase, priority, local reply.
 */
export const en = {
  language: 'en',
  common: commonMessages,
  shell: shellMessages,
  commands: commandMessages,
  canvas: canvasMessages,
  chains: chainMessages,
  panes: paneMessages,
  inspector: inspectorMessages,
  compare: compareMessages,
  cost: costMessages,
  describe: describeMessages,
  dump: dumpMessages,
  export: exportMessages,
  matrix: matrixMessages,
  preview: previewMessages,
};

/** What another language must provide. */
export type Messages = typeof en;
