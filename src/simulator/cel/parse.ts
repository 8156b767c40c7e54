import { err, ok, type Result } from '#base/result.ts';
import { depthMistakes, maxDepth } from './depth.ts';
import { macroMistakes } from './macros.ts';
import { printMistakes } from './mistakes.ts';
import { reservedWords, type BinaryOperator, type CelLiteral, type CelMistake, type CelNode } from './syntax.ts';
import { tokenize, type Token } from './tokens.ts';

/** Binary operators from the loosest to the tightest; all of them group to the left. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Reads an expression. The error is the text cel-cpp has for it: all mistakes, with the places. */
export function parseCel(source: string): Result<CelNode, string> {
  const { tokens, mistakes } = tokenize(source);
  const parser = new Parser(tokens);
  const node = parser.whole();
  if (parser.isTooDeep) return err(`Expression recursion limit exceeded. limit: ${maxDepth}`);
  const wrong = [...mistakes, ...parser.syntaxMistakes].sort((a, b) => (a.at ?? Infinity) - (b.at ?? Infinity));
  if (wrong.length === 0) wrong.push(...parser.otherMistakes, ...depthMistakes(node, 1));
  if (wrong.length === 0) wrong.push(...macroMistakes(node));
  return wrong.length === 0 ? ok(node) : err(printMistakes(source, wrong));
}

const names = "'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
/** What may come where an expression begins, as ANTLR lists it. */
const starts = {
  plain: `{'[', '{', '(', '.', '-', '!', ${names}`,
  arguments: `{'[', '{', '(', ')', '.', '-', '!', ${names}`,
  index: `{'[', '{', '(', '.', '-', '!', '\\u003F', ${names}`,
  list: `{'[', ']', '{', '(', '.', ',', '-', '!', '\\u003F', ${names}`,
  map: `{'[', '{', '}', '(', '.', ',', '-', '!', '\\u003F', ${names}`,
};

const nothing: CelNode = { kind: 'literal', value: { kind: 'null' }, at: 0 };

/** Recovers from a mistake as ANTLR's default strategy does: one token less or more, or else on to what may come after the part that is broken. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #at = 0;
  #depth = 0;
  /** From a mistake to the next token that fits, further mistakes are not told. */
  #isRecovering = false;
  /** What closes the brackets that are open. */
  readonly #closers: string[] = [];
  #opened: { readonly at: number; readonly as: keyof typeof starts } = { at: -1, as: 'plain' };
  readonly syntaxMistakes: CelMistake[] = [];
  readonly otherMistakes: CelMistake[] = [];
  isTooDeep = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#end = tokens.at(-1) ?? { kind: 'end', text: '<EOF>', at: 0 };
  }

  whole(): CelNode {
    const node = this.#expression();
    const extra = this.#peek();
    if (extra.kind !== 'end')
      this.#syntax(`${this.#peek(1).kind === 'end' ? 'extraneous' : 'mismatched'} input '${extra.text}' expecting <EOF>`);
    return node;
  }

  #expression(): CelNode {
    this.#depth++;
    if (this.#depth > maxDepth + 1) this.isTooDeep = true;
    const node = this.isTooDeep ? nothing : this.#choice();
    this.#depth--;
    return node;
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#end;
  }

  #syntax(message: string): void {
    if (!this.#isRecovering) this.syntaxMistakes.push({ at: this.#peek().at, message: `Syntax error: ${message}` });
    this.#isRecovering = true;
  }

  /** `isWhole`: what is broken reaches to the end of the expression. */
  #lost(message: string, isWhole = false): CelNode {
    this.#syntax(message);
    while (!this.#mayContinue(this.#peek(), isWhole)) this.#at++;
    return nothing;
  }

  #mayContinue({ kind, text }: Token, isWhole: boolean): boolean {
    if (kind !== 'symbol') return kind === 'end';
    if (text === ',') return this.#closers.length > 0;
    if (isWhole) return this.#closers.includes(text);
    return this.#closers.includes(text) || /^(?:[-.[{*/%+?:]|in|[=!]=|[<>]=?|&&|\|\|)$/.test(text);
  }

  #next(): void {
    this.#at++;
    this.#isRecovering = false;
  }

  /** What stands between brackets, up to and with the closing one. */
  #within<T>(closer: string, read: () => T): T {
    this.#closers.push(closer);
    const result = read();
    this.#closers.pop();
    return result;
  }

  #is(token: Token, text: string): boolean {
    return token.kind === 'symbol' && token.text === text;
  }

  #take(text: string): Token | undefined {
    const token = this.#peek();
    if (!this.#is(token, text)) return undefined;
    this.#next();
    return token;
  }

  /** Takes a symbol that has to be here. */
  #need(text: string, expected = `'${text}'`): void {
    if (this.#take(text) !== undefined) return;
    const found = this.#peek();
    if (this.#is(this.#peek(1), text)) {
      this.#syntax(`extraneous input '${found.text}' expecting ${expected}`);
      this.#at++;
      this.#next();
    } else if (!expected.startsWith('{') && this.#mayFollow(text, found)) {
      this.#syntax(`missing '${text}' at '${found.text}'`);
    } else {
      const isChoice = text === ':' && this.#opened.as !== 'map';
      this.#lost(`mismatched input '${found.text}' expecting ${expected}`, isChoice);
      if (isChoice) this.syntaxMistakes.push({ at: undefined, message: '<<nil>> parsetree' });
    }
  }

  #mayFollow(text: string, token: Token): boolean {
    if (text === ':') return this.#beginsExpression(token);
    if (token.kind === 'end') return this.#depth <= 2;
    return token.kind === 'symbol' && /^(?:[-.[*/%+?]|in|[=!<>]=?|&&|\|\|)$/.test(token.text) && token.text !== '!';
  }

  #beginsExpression(token: Token): boolean {
    return token.kind === 'literal' || token.kind === 'name' || (token.kind === 'symbol' && '[{(.-!'.includes(token.text));
  }

  #choice(): CelNode {
    const test = this.#logic('||');
    const mark = this.#take('?');
    if (mark === undefined) return test;
    this.#opened = { at: -1, as: 'plain' };
    const yes = this.#logic('||');
    this.#need(':');
    return { kind: 'choice', test, yes, no: this.#expression(), at: mark.at };
  }

  #logic(operator: '||' | '&&'): CelNode {
    const term = (): CelNode => (operator === '||' ? this.#logic('&&') : this.#binary(0));
    const terms = [term()];
    let at = 0;
    for (let sign = this.#take(operator); sign !== undefined; sign = this.#take(operator)) {
      at = sign.at;
      terms.push(term());
    }
    const [only = nothing] = terms;
    return terms.length === 1 ? only : { kind: 'logic', operator, terms, at };
  }

  #binary(level: number): CelNode {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const at = this.#peek().at;
      const operator = operators.find((one) => this.#take(one) !== undefined);
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1), at };
    }
  }

  #unary(): CelNode {
    const first = this.#peek();
    const operator = this.#is(first, '!') ? '!' : this.#is(first, '-') ? '-' : undefined;
    if (operator === undefined || this.#negativeNumber() !== undefined) return this.#member();
    let count = 0;
    while (this.#take(operator) !== undefined) count++;
    if (operator === '-' && this.#is(this.#peek(), '!')) return this.#lost("no viable alternative at input '-!'");
    const of = this.#member();
    // two of them cancel each other
    return count % 2 === 0 ? of : { kind: 'unary', operator, of, at: first.at };
  }

  #negativeNumber(): CelLiteral | undefined {
    if (!this.#is(this.#peek(), '-')) return undefined;
    const { literal } = this.#peek(1);
    if (literal?.kind === 'int') return { kind: 'int', value: -literal.value };
    return literal?.kind === 'double' ? { kind: 'double', value: -literal.value } : undefined;
  }

  #member(): CelNode {
    const begin = this.#peek().at;
    let of = this.#primary();
    for (;;) {
      const { at } = this.#peek();
      if (this.#take('[') !== undefined) {
        this.#opened = { at: this.#at, as: 'index' };
        if (this.#take('?') !== undefined) this.otherMistakes.push({ at: begin, message: "unsupported syntax '.?'" });
        const key = this.#within(']', () => this.#expression());
        this.#need(']');
        of = { kind: 'index', of, key, at };
      } else if (this.#take('.') !== undefined) {
        if (this.#take('?') !== undefined) this.otherMistakes.push({ at: begin, message: "unsupported syntax '.?'" });
        const field = this.#field();
        const open = this.#take('(');
        of =
          open === undefined
            ? { kind: 'select', of, field, at }
            : { kind: 'call', target: of, name: field, args: this.#arguments(), at: open.at };
      } else if (this.#is(this.#peek(), '{') && qualifiedName(of) !== undefined) {
        this.#next();
        of = { kind: 'struct', type: qualifiedName(of) ?? '', fields: this.#fields(), at };
      } else return of;
    }
  }

  #field(): string {
    const token = this.#peek();
    if (token.kind === 'name' || (token.kind === 'quoted' && !this.#is(this.#peek(1), '('))) {
      this.#next();
      return token.kind === 'quoted' ? token.text.slice(1, -1) : token.text;
    }
    this.#lost(`no viable alternative at input '.${token.kind === 'end' ? '' : token.text}'`);
    return '';
  }

  #primary(): CelNode {
    const token = this.#peek();
    if (this.#take('(') !== undefined) {
      const node = this.#within(')', () => this.#expression());
      this.#need(')');
      return node;
    }
    if (this.#take('[') !== undefined) return { kind: 'list', items: this.#items(), at: token.at };
    if (this.#take('{') !== undefined) return { kind: 'map', entries: this.#entries(), at: token.at };
    const negative = this.#negativeNumber();
    if (negative !== undefined) {
      this.#at++;
      this.#next();
      return { kind: 'literal', value: negative, at: token.at };
    }
    if (token.kind === 'literal') {
      this.#next();
      return this.#literal(token);
    }
    const isAbsolute = this.#take('.') !== undefined;
    const name = this.#peek();
    if (name.kind !== 'name') return isAbsolute ? this.#lost(`no viable alternative at input '.${name.text}'`) : this.#noExpression(token);
    this.#next();
    if (reservedWords.has(name.text)) this.otherMistakes.push({ at: name.at, message: `reserved identifier: ${name.text}` });
    const open = this.#take('(');
    if (open === undefined) return { kind: 'name', name: name.text, at: name.at };
    return { kind: 'call', target: undefined, name: name.text, args: this.#arguments(), at: open.at };
  }

  #literal({ literal, problem, at }: Token): CelNode {
    const isTooGreat = literal?.kind === 'int' && literal.value === 1n << 63n;
    if (literal !== undefined && !isTooGreat) return { kind: 'literal', value: literal, at };
    this.otherMistakes.push({ at, message: problem ?? 'invalid int literal' });
    return nothing;
  }

  /** Something that begins no expression: left out if one begins after it. */
  #noExpression(token: Token): CelNode {
    const { as, at } = this.#opened;
    const place = at === this.#at ? as : 'plain';
    const next = this.#peek(1);
    const isFirst = place === 'arguments' && this.#is(next, ')');
    if (token.kind !== 'end' && (this.#beginsExpression(next) || isFirst)) {
      this.#syntax(`extraneous input '${token.text}' expecting ${starts[place]}`);
      this.#at++;
      return isFirst ? nothing : this.#member();
    }
    this.#lost(`mismatched input '${token.text}' expecting ${starts[place]}`);
    if (place === 'index') this.syntaxMistakes.push({ at: undefined, message: '<<nil>> parsetree' });
    return nothing;
  }

  #arguments(): readonly CelNode[] {
    this.#opened = { at: this.#at, as: 'arguments' };
    if (this.#take(')') !== undefined) return [];
    const args = this.#within(')', () => {
      const list = [this.#expression()];
      while (this.#take(',') !== undefined) list.push(this.#expression());
      return list;
    });
    this.#need(')');
    return args;
  }

  /** What stands between brackets or braces, with commas; one more of them may come at the end. */
  #separated(end: ']' | '}', as: 'list' | 'map', item: () => void): void {
    this.#opened = { at: this.#at, as };
    if (this.#is(this.#peek(), ',') && this.#is(this.#peek(1), end)) this.#at++;
    if (this.#take(end) !== undefined) return;
    do {
      const optional = this.#take('?');
      if (optional !== undefined) this.otherMistakes.push({ at: optional.at, message: "unsupported syntax '?'" });
      this.#within(end, item);
      if (this.#take(',') === undefined) return this.#need(end, `{'${end}', ','}`);
      if (this.#is(this.#peek(), ',')) return void this.#lost(`mismatched input ',' expecting '${end}'`);
    } while (this.#take(end) === undefined);
  }

  #items(): readonly CelNode[] {
    const items: CelNode[] = [];
    this.#separated(']', 'list', () => items.push(this.#expression()));
    return items;
  }

  #entries(): readonly (readonly [CelNode, CelNode])[] {
    const entries: (readonly [CelNode, CelNode])[] = [];
    this.#separated('}', 'map', () => {
      const key = this.#expression();
      this.#opened = { at: -1, as: 'map' };
      this.#need(':');
      entries.push([key, this.#expression()]);
    });
    return entries;
  }

  #fields(): readonly (readonly [string, CelNode])[] {
    const fields: (readonly [string, CelNode])[] = [];
    this.#separated('}', 'map', () => {
      const name = this.#peek();
      if (name.kind !== 'name') this.#lost(`mismatched input '${name.text}' expecting {'}', ',', '\\u003F', IDENTIFIER, ESC_IDENTIFIER}`);
      else this.#next();
      this.#need(':');
      fields.push([name.text, this.#expression()]);
    });
    return fields;
  }
}

/** `google.protobuf.Duration`, if that is all there is. */
function qualifiedName(node: CelNode): string | undefined {
  const steps: string[] = [];
  let at = node;
  for (; at.kind === 'select'; at = at.of) steps.unshift(at.field);
  return at.kind === 'name' ? [at.name, ...steps].join('.') : undefined;
}
