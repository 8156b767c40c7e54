import { CelSyntaxError, type CelWanted } from './error.ts';

/** An expression of the Common Expression Language, as far as CRD rules use it. */
export type CelNode =
  | { readonly kind: 'literal'; readonly value: string | bigint | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'select'; readonly of: CelNode; readonly field: string }
  | { readonly kind: 'index'; readonly of: CelNode; readonly at: CelNode }
  | { readonly kind: 'call'; readonly target?: CelNode; readonly name: string; readonly args: readonly CelNode[] }
  | { readonly kind: 'list'; readonly items: readonly CelNode[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [CelNode, CelNode])[] }
  | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly of: CelNode }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: CelNode; readonly right: CelNode }
  | { readonly kind: 'choice'; readonly test: CelNode; readonly yes: CelNode; readonly no: CelNode };

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%';

const tokenPattern =
  /\s*(?:(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<number>\d+\.\d+(?:[eE][-+]?\d+)?|\d+[uU]?)|(?<name>[A-Za-z_]\w*)|(?<symbol>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()[\]{}]))/suy;

interface Token {
  readonly kind: 'string' | 'number' | 'name' | 'symbol' | 'end';
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
}

function tokens(source: string): readonly Token[] {
  const out: Token[] = [];
  tokenPattern.lastIndex = 0;
  const text = source.trimEnd();
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex;
    const found = tokenPattern.exec(text);
    if (found === null) {
      const start = at + (text.slice(at).length - text.slice(at).trimStart().length);
      throw new CelSyntaxError(start, text.slice(start), 'token');
    }
    const [kind, value] = Object.entries(found.groups ?? {}).find(([, group]) => group !== undefined) ?? ['end', ''];
    out.push({ kind: kind as Token['kind'], text: value, at: tokenPattern.lastIndex - value.length });
  }
  return out;
}

/** Binary operators from the loosest to the tightest. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Reads an expression; throws a `CelSyntaxError`. */
export function parseCel(source: string): CelNode {
  const parser = new CelParser(tokens(source), source);
  return parser.whole();
}

class CelParser {
  readonly #tokens: readonly Token[];
  readonly #source: string;
  #at = 0;

  constructor(all: readonly Token[], source: string) {
    this.#tokens = all;
    this.#source = source;
  }

  whole(): CelNode {
    const node = this.#choice();
    if (this.#peek().kind !== 'end') throw this.#unexpected('end');
    return node;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', at: this.#source.length };
  }

  #unexpected(wanted: CelWanted | `'${string}'`): CelSyntaxError {
    const { at, text } = this.#peek();
    return new CelSyntaxError(at, text, wanted);
  }

  #take(text: string): boolean {
    const token = this.#peek();
    if (token.kind === 'string' || token.text !== text || token.kind === 'end') return false;
    this.#at++;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) throw this.#unexpected(`'${text}'`);
  }

  #choice(): CelNode {
    const test = this.#binary(0);
    if (!this.#take('?')) return test;
    const yes = this.#binary(0);
    this.#need(':');
    return { kind: 'choice', test, yes, no: this.#choice() };
  }

  #binary(level: number): CelNode {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((one) => this.#take(one));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): CelNode {
    if (this.#take('!')) return { kind: 'unary', operator: '!', of: this.#unary() };
    if (this.#take('-')) return { kind: 'unary', operator: '-', of: this.#unary() };
    return this.#member(this.#primary());
  }

  #member(of: CelNode): CelNode {
    if (this.#take('[')) {
      const at = this.#choice();
      this.#need(']');
      return this.#member({ kind: 'index', of, at });
    }
    if (!this.#take('.')) return of;
    const { kind, text: name } = this.#peek();
    if (kind !== 'name') throw this.#unexpected('name');
    this.#at++;
    if (!this.#take('(')) return this.#member({ kind: 'select', of, field: name });
    return this.#member({ kind: 'call', target: of, name, args: this.#list(')') });
  }

  #primary(): CelNode {
    const token = this.#peek();
    if (this.#take('(')) {
      const node = this.#choice();
      this.#need(')');
      return node;
    }
    if (this.#take('[')) return { kind: 'list', items: this.#list(']') };
    if (this.#take('{')) return { kind: 'map', entries: this.#entries() };
    this.#at++;
    if (token.kind === 'string') return { kind: 'literal', value: unquote(token.text) };
    if (token.kind === 'number')
      return { kind: 'literal', value: token.text.includes('.') ? Number(token.text) : BigInt(token.text.replace(/[uU]$/, '')) };
    if (token.kind !== 'name') {
      this.#at--;
      throw this.#unexpected('operand');
    }
    if (token.text === 'true' || token.text === 'false') return { kind: 'literal', value: token.text === 'true' };
    if (token.text === 'null') return { kind: 'literal', value: null };
    return this.#take('(') ? { kind: 'call', name: token.text, args: this.#list(')') } : { kind: 'name', name: token.text };
  }

  #list(end: string): readonly CelNode[] {
    const items: CelNode[] = [];
    while (!this.#take(end)) {
      items.push(this.#choice());
      if (!this.#take(',')) {
        this.#need(end);
        break;
      }
    }
    return items;
  }

  #entries(): readonly (readonly [CelNode, CelNode])[] {
    const entries: (readonly [CelNode, CelNode])[] = [];
    while (!this.#take('}')) {
      const key = this.#choice();
      this.#need(':');
      entries.push([key, this.#choice()]);
      if (!this.#take(',')) {
        this.#need('}');
        break;
      }
    }
    return entries;
  }
}

function unquote(text: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\u0007', b: '\b', f: '\f', v: '\v' };
  return text.slice(1, -1).replace(/\\(.)/gsu, (_, char: string) => escapes[char] ?? char);
}
