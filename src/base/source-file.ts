/** A text with a name: a file of the workspace or one read by the command line. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}
