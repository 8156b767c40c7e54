// A JSON reader that never throws: AssemblyScript cannot catch, so a throw in proxy_on_configure would end the VM.

export const enum Kind {
  Object,
  Array,
  Text,
  Other,
}

export class Json {
  /** Of an object, in the order of the text. */
  keys: string[] = [];
  /** Of an object or array. */
  items: Json[] = [];
  text: string = '';

  constructor(public kind: Kind) {}
}

const maxDepth: i32 = 32;

export class JsonReader {
  /** What is wrong with the text; empty while nothing is. */
  error: string = '';
  private at: i32 = 0;

  constructor(private source: string) {}

  /** The whole text as one value; look at `error` before using it. */
  read(): Json {
    const value = this.value(0);
    this.skipSpace();
    if (this.error == '' && this.at < this.source.length) this.fail('nothing but one value');
    return value;
  }

  private fail(expected: string): Json {
    if (this.error == '') this.error = 'not JSON: ' + expected + ' expected at character ' + (this.at + 1).toString();
    return new Json(Kind.Other);
  }

  private peek(): i32 {
    return this.at < this.source.length ? this.source.charCodeAt(this.at) : -1;
  }

  private skipSpace(): void {
    while (true) {
      const c = this.peek();
      if (c != 32 && c != 9 && c != 10 && c != 13) return;
      this.at++;
    }
  }

  private take(c: i32): bool {
    this.skipSpace();
    if (this.peek() != c) return false;
    this.at++;
    return true;
  }

  private value(depth: i32): Json {
    if (depth > maxDepth) return this.fail('less nesting');
    this.skipSpace();
    const c = this.peek();
    if (c == 123) return this.object(depth);
    if (c == 91) return this.array(depth);
    if (c == 34) return this.text();
    return this.word();
  }

  private object(depth: i32): Json {
    const out = new Json(Kind.Object);
    this.at++;
    if (this.take(125)) return out;
    while (this.error == '') {
      this.skipSpace();
      if (this.peek() != 34) return this.fail('a key');
      const key = this.text().text;
      if (this.error == '' && out.keys.includes(key)) return this.fail('each key once, "' + key + '" comes again and ends');
      if (this.error == '' && !this.take(58)) return this.fail('":"');
      out.keys.push(key);
      out.items.push(this.value(depth + 1));
      if (this.error == '' && this.take(125)) return out;
      if (this.error == '' && !this.take(44)) return this.fail('"," or "}"');
    }
    return out;
  }

  private array(depth: i32): Json {
    const out = new Json(Kind.Array);
    this.at++;
    if (this.take(93)) return out;
    while (this.error == '') {
      out.items.push(this.value(depth + 1));
      if (this.error == '' && this.take(93)) return out;
      if (this.error == '' && !this.take(44)) return this.fail('"," or "]"');
    }
    return out;
  }

  private text(): Json {
    const out = new Json(Kind.Text);
    this.at++;
    let start = this.at;
    while (true) {
      const c = this.peek();
      if (c < 32) return this.fail('"""');
      if (c == 34) break;
      this.at++;
      if (c != 92) continue;
      out.text += this.source.substring(start, this.at - 1) + this.escape();
      if (this.error != '') return out;
      start = this.at;
    }
    out.text += this.source.substring(start, this.at);
    this.at++;
    return out;
  }

  private escape(): string {
    const c = this.peek();
    this.at++;
    if (c == 34 || c == 92 || c == 47) return String.fromCharCode(c);
    if (c == 98) return '\b';
    if (c == 102) return '\f';
    if (c == 110) return '\n';
    if (c == 114) return '\r';
    if (c == 116) return '\t';
    if (c == 117) {
      let code: i32 = 0;
      for (let i = 0; i < 4; i++) {
        const digit = hex(this.peek());
        if (digit < 0) {
          this.fail('a hexadecimal digit');
          return '';
        }
        code = (code << 4) | digit;
        this.at++;
      }
      return String.fromCharCode(code);
    }
    this.at--;
    this.fail('an escape');
    return '';
  }

  /** true, false, null and numbers: this plugin has no use for them, so only their ends are looked for. */
  private word(): Json {
    const start = this.at;
    while (isWord(this.peek())) this.at++;
    const out = new Json(Kind.Other);
    out.text = this.source.substring(start, this.at);
    if (out.text == 'true' || out.text == 'false' || out.text == 'null') return out;
    if (isNumber(out.text)) return out;
    this.at = start;
    return this.fail('a value');
  }
}

function hex(c: i32): i32 {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function isWord(c: i32): bool {
  return (c >= 48 && c <= 57) || (c >= 97 && c <= 122) || c == 69 || c == 43 || c == 45 || c == 46;
}

function isDigit(text: string, at: i32): bool {
  return at < text.length && text.charCodeAt(at) >= 48 && text.charCodeAt(at) <= 57;
}

/** RFC 8259 §6: -? int frac? exp? */
function isNumber(text: string): bool {
  let at = text.startsWith('-') ? 1 : 0;
  if (!isDigit(text, at)) return false;
  if (text.charCodeAt(at) == 48) at++;
  else while (isDigit(text, at)) at++;
  if (at < text.length && text.charCodeAt(at) == 46) {
    if (!isDigit(text, ++at)) return false;
    while (isDigit(text, at)) at++;
  }
  if (at < text.length && (text.charCodeAt(at) | 32) == 101) {
    at++;
    if (at < text.length && (text.charCodeAt(at) == 43 || text.charCodeAt(at) == 45)) at++;
    if (!isDigit(text, at)) return false;
    while (isDigit(text, at)) at++;
  }
  return at == text.length;
}
