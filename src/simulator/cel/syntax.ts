import type { ByteString } from '#base/bytes.ts';

interface Place {
  /** Where cel-cpp points at when it complains about this expression: an offset in characters. */
  readonly at: number;
}

/** An expression of the Common Expression Language (cel-spec `doc/langdef.md`), as it was written. */
export type CelNode = Place &
  (
    | { readonly kind: 'literal'; readonly value: CelLiteral }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'select'; readonly of: CelNode; readonly field: string }
    | { readonly kind: 'index'; readonly of: CelNode; readonly key: CelNode }
    | CelCall
    | { readonly kind: 'list'; readonly items: readonly CelNode[] }
    | { readonly kind: 'map'; readonly entries: readonly (readonly [CelNode, CelNode])[] }
    | { readonly kind: 'struct'; readonly type: string; readonly fields: readonly (readonly [string, CelNode])[] }
    | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly of: CelNode }
    | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: CelNode; readonly right: CelNode }
    | { readonly kind: 'logic'; readonly operator: '&&' | '||'; readonly terms: readonly CelNode[] }
    | { readonly kind: 'choice'; readonly test: CelNode; readonly yes: CelNode; readonly no: CelNode }
  );

export interface CelCall extends Place {
  readonly kind: 'call';
  readonly target: CelNode | undefined;
  readonly name: string;
  readonly args: readonly CelNode[];
}

export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%';

export type CelLiteral =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'uint'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'string' | 'bytes'; readonly value: ByteString };

/** A mistake in the text. */
export interface CelMistake {
  /** An offset in characters; undefined where cel-cpp names no place. */
  readonly at: number | undefined;
  readonly message: string;
}

/** Words that are no names, though fields may be called so (langdef "Syntax"). */
export const reservedWords: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);

/** The expressions an expression is made of, one level down. */
export function parts(node: CelNode): readonly CelNode[] {
  switch (node.kind) {
    case 'select':
    case 'unary':
      return [node.of];
    case 'index':
      return [node.of, node.key];
    case 'call':
      return node.target === undefined ? node.args : [node.target, ...node.args];
    case 'list':
      return node.items;
    case 'map':
      return node.entries.flat();
    case 'struct':
      return node.fields.map(([, value]) => value);
    case 'binary':
      return [node.left, node.right];
    case 'logic':
      return node.terms;
    case 'choice':
      return [node.test, node.yes, node.no];
    default:
      return [];
  }
}
