import { err, ok, type Result } from '#base/result.ts';
import { reservedWords, type BinaryOperator, type CelLiteral, type CelNode, type CelSyntaxError } from './syntax.ts';
import { placed, tokenize, type Token } from './tokens.ts';

/** Binary operators from the loosest to the tightest. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** How deep an expression may be nested (cel-cpp `parser/options.h`). */
const maxDepth = 250;

/** Reads an expression. */
export function parseCel(source: string): Result<CelNode, CelSyntaxError> {
  const tokens = tokenize(source);
  if ('message' in tokens) return err(tokens);
  const parser = new Parser(tokens, source);
  const node = parser.expression();
  parser.end();
  return parser.error === undefined ? ok(node) : err(parser.error);
}

function negated(literal: CelLiteral | undefined): CelLiteral | undefined {
  if (literal?.kind === 'int') return { kind: 'int', value: -literal.value };
  return literal?.kind === 'double' ? { kind: 'double', value: -literal.value } : undefined;
}

const nothing: CelNode = { kind: 'literal', value: { kind: 'null' } };
const starts = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

/** Keeps the first error; after it everything reads as if the text had ended. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #source: string;
  #at = 0;
  #depth = 0;
  error: CelSyntaxError | undefined;

  constructor(tokens: readonly Token[], source: string) {
    this.#tokens = tokens;
    this.#source = source;
  }

  end(): void {
    if (this.#peek().kind !== 'end') this.#fail(`extraneous input '${this.#peek().text}' expecting <EOF>`);
  }

  expression(): CelNode {
    if (++this.#depth > maxDepth) this.#fail('expression recursion limit exceeded');
    const node = this.error === undefined ? this.#choice() : nothing;
    this.#depth--;
    return node;
  }

  #peek(): Token {
    const token = this.#tokens[this.#at];
    return token === undefined || this.error !== undefined ? { kind: 'end', text: '<EOF>', at: this.#source.length } : token;
  }

  #fail(message: string): CelNode {
    this.error ??= placed(this.#source, this.#peek().at, message);
    return nothing;
  }

  #take(text: string): boolean {
    const token = this.#peek();
    if (token.kind === 'end' || token.literal !== undefined || token.text !== text) return false;
    this.#at++;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) this.#fail(`mismatched input '${this.#peek().text}' expecting '${text}'`);
  }

  #choice(): CelNode {
    const test = this.#binary(0);
    if (!this.#take('?')) return test;
    const yes = this.#binary(0);
    this.#need(':');
    return { kind: 'choice', test, yes, no: this.expression() };
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
    let sign: '!' | '-' | undefined;
    let count = 0;
    for (const one of ['!', '-'] as const) {
      while ((sign === undefined || sign === one) && this.#take(one)) {
        sign = one;
        count++;
      }
    }
    if (sign === '-' && count === 1) {
      const literal = this.#peek().literal;
      const negative = negated(literal);
      if (negative !== undefined) {
        this.#at++;
        return this.#member({ kind: 'literal', value: negative });
      }
    }
    const operand = this.#member(this.#primary());
    // two of them cancel each other
    return sign === undefined || count % 2 === 0 ? operand : { kind: 'unary', operator: sign, of: operand };
  }

  #member(first: CelNode): CelNode {
    let of = first;
    while (this.error === undefined) {
      if (this.#take('[')) {
        const at = this.expression();
        this.#need(']');
        of = { kind: 'index', of, at };
      } else if (this.#take('.')) {
        const name = this.#name();
        of = this.#take('(') ? { kind: 'call', target: of, name, args: this.#list(')') } : { kind: 'select', of, field: name };
      } else return of;
    }
    return of;
  }

  #name(): string {
    const token = this.#peek();
    if (token.kind !== 'name') {
      this.#fail(`no viable alternative at input '${token.text === '<EOF>' ? '.' : `.${token.text}`}'`);
      return '';
    }
    this.#at++;
    return token.text;
  }

  #primary(): CelNode {
    if (this.#take('(')) {
      const node = this.expression();
      this.#need(')');
      return node;
    }
    if (this.#take('[')) return { kind: 'list', items: this.#list(']') };
    if (this.#take('{')) return { kind: 'map', entries: this.#entries() };
    const token = this.#peek();
    if (token.literal !== undefined) {
      this.#at++;
      if (token.literal.kind === 'int' && token.literal.value === 1n << 63n) return this.#fail('invalid int literal');
      return { kind: 'literal', value: token.literal };
    }
    const isAbsolute = this.#take('.');
    const word = this.#peek();
    if (word.kind !== 'name' || reservedWords.has(word.text)) {
      return this.#fail(
        isAbsolute ? `no viable alternative at input '.${word.text}'` : `mismatched input '${word.text}' expecting ${starts}`,
      );
    }
    this.#at++;
    return this.#take('(')
      ? { kind: 'call', target: undefined, name: word.text, args: this.#list(')') }
      : { kind: 'name', name: word.text };
  }

  #list(end: string): readonly CelNode[] {
    const items: CelNode[] = [];
    while (!this.#take(end) && this.error === undefined) {
      items.push(this.expression());
      if (!this.#take(',')) {
        this.#need(end);
        break;
      }
    }
    return items;
  }

  #entries(): readonly (readonly [CelNode, CelNode])[] {
    const entries: (readonly [CelNode, CelNode])[] = [];
    while (!this.#take('}') && this.error === undefined) {
      const key = this.expression();
      this.#need(':');
      entries.push([key, this.expression()]);
      if (!this.#take(',')) {
        this.#need('}');
        break;
      }
    }
    return entries;
  }
}
