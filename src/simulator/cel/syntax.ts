import type { ByteString } from '#base/bytes.ts';

/** An expression of the Common Expression Language (cel-spec `doc/langdef.md`), as it was written. */
export type CelNode =
  | { readonly kind: 'literal'; readonly value: CelLiteral }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'select'; readonly of: CelNode; readonly field: string }
  | { readonly kind: 'index'; readonly of: CelNode; readonly at: CelNode }
  | { readonly kind: 'call'; readonly target: CelNode | undefined; readonly name: string; readonly args: readonly CelNode[] }
  | { readonly kind: 'list'; readonly items: readonly CelNode[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [CelNode, CelNode])[] }
  | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly of: CelNode }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: CelNode; readonly right: CelNode }
  | { readonly kind: 'choice'; readonly test: CelNode; readonly yes: CelNode; readonly no: CelNode };

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%';

export type CelLiteral =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'uint'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'string' | 'bytes'; readonly value: ByteString };

export interface CelSyntaxError {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Words that are no names (langdef "Syntax"). */
export const reservedWords: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while in true false null'.split(' '),
);
