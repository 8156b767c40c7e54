/** Why a rule cannot be evaluated, in cel-go's words where the API server shows them. */
export class CelError extends Error {}

/** What an expression should go on with: an operand, a name after a dot, the end, any token at all, or a certain one in quotes. */
export type CelWanted = 'operand' | 'name' | 'end' | 'token';

/** An expression that cannot be read. */
export class CelSyntaxError extends Error {
  readonly at: number;
  /** What stands there; empty at the end. */
  readonly found: string;
  readonly wanted: CelWanted | `'${string}'`;

  constructor(at: number, found: string, wanted: CelWanted | `'${string}'`) {
    super(`unexpected "${found}" at ${at}`);
    this.at = at;
    this.found = found;
    this.wanted = wanted;
  }
}
