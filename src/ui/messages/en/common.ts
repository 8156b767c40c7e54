export const commonMessages = {
  appName: 'Filterloom',
  close: 'Close',
  dismiss: 'Dismiss',
  delete: 'Delete',
  rename: 'Rename',
  download: 'Download',
  copy: 'Copy',
  copied: 'Copied',
  copyRefused: 'The browser did not let the text be copied',
  undo: 'Undo',
  retry: 'Try again',
  search: 'Search',
  more: 'More actions',
  loading: (what: string) => `Loading ${what} …`,
  problems: (count: number) => (count === 1 ? '1 problem' : `${count} problems`),
  bytes: (size: number) => {
    if (size < 1024) return `${size} B`;
    if (size < 1024 * 1024) return `${Math.round(size / 1024)} KB`;
    return `${(size / 1024 / 1024).toFixed(1)} MB`;
  },
  invalidNumber: 'Not a number',
  paneFailed: (pane: string) => `${pane} could not be shown`,
  paneFailedHelp: 'This is a fault of Filterloom. Your files are safe; the other panes keep working.',
};
