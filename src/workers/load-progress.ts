/** How far the modules of a run are on their way into their VMs. */
export interface LoadProgress {
  readonly step: 'reading' | 'compiling' | 'starting';
  /** The module, or all of them where they start. */
  readonly name: string;
  /** Bytes so far; undefined before the first. */
  readonly read?: number | undefined;
  /** Bytes in all, where that is known. */
  readonly total?: number | undefined;
}
