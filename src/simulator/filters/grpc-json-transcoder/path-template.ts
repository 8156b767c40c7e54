/** A segment of a path: a literal, `*` or `**`. */
export interface TemplateVariable {
  readonly fieldPath: readonly string[];
  readonly start: number;
  /** Negative: counted from the end of the path. */
  readonly end: number;
}

export interface HttpTemplate {
  readonly segments: readonly string[];
  readonly verb: string;
  readonly variables: readonly TemplateVariable[];
}

/** `/v1/{name=shelves/*}/books:verb` (grpc-httpjson-transcoding `http_template.cc`); undefined when the text is none. */
export function parseTemplate(text: string): HttpTemplate | undefined {
  if (text === '/') return { segments: [], verb: '', variables: [] };
  return new TemplateParser(text).parse();
}

class TemplateParser {
  readonly #text: string;
  readonly #segments: string[] = [];
  readonly #variables: TemplateVariable[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): HttpTemplate | undefined {
    if (!this.#eat('/') || !this.#list(true)) return undefined;
    const verb = this.#eat(':') ? this.#literal() : '';
    if (verb === undefined || this.#at !== this.#text.length) return undefined;
    // After `**` nothing but literals may come.
    const anyAt = this.#segments.indexOf('**');
    if (anyAt >= 0 && this.#segments.slice(anyAt + 1).some((segment) => segment === '*' || segment === '**')) return undefined;
    const { length } = this.#segments;
    const variables = this.#variables.map((variable) =>
      anyAt >= 0 && variable.end > anyAt ? { ...variable, end: variable.end - length - 1 } : variable,
    );
    return { segments: this.#segments, verb, variables };
  }

  #list(mayBind: boolean): boolean {
    do {
      if (!this.#segment(mayBind)) return false;
    } while (this.#eat('/'));
    return true;
  }

  #segment(mayBind: boolean): boolean {
    if (this.#eat('**')) return this.#segments.push('**') > 0;
    if (this.#eat('*')) return this.#segments.push('*') > 0;
    if (this.#peek('{')) return mayBind && this.#variable();
    const literal = this.#literal();
    if (literal === undefined) return false;
    this.#segments.push(literal);
    return true;
  }

  #variable(): boolean {
    this.#eat('{');
    const start = this.#segments.length;
    const name = /^[^=}]+/.exec(this.#text.slice(this.#at))?.[0];
    if (name === undefined) return false;
    this.#at += name.length;
    if (this.#eat('=')) {
      if (!this.#list(false)) return false;
    } else this.#segments.push('*');
    this.#variables.push({ fieldPath: name.split('.'), start, end: this.#segments.length });
    return this.#eat('}');
  }

  #literal(): string | undefined {
    const found = /^[^/:{}*]+/.exec(this.#text.slice(this.#at))?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #peek(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #eat(text: string): boolean {
    if (!this.#peek(text)) return false;
    this.#at += text.length;
    return true;
  }
}
