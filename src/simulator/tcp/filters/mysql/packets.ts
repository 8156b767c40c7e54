/** Bytes that begin no packet: from here on nothing is counted. */
export class MySqlError extends Error {}

/** What a decoder tells. */
export interface MySqlSink {
  greeted(version: string): void;
  login(user: string, isTls: boolean): void;
  /** The server's word on a login; `more` after a first answer that was not the last one. */
  loginAnswer(kind: 'ok' | 'error' | 'switch' | 'more', more: boolean): void;
  query(text: string): void;
  protocolError(): void;
}

type State = 'init' | 'login' | 'tls' | 'login-answer' | 'switch' | 'auth-more' | 'resync' | 'command' | 'answer' | 'stopped';

const HEADER = 4;
const COM_QUERY = 3;
const CLIENT_PROTOCOL_41 = 0x200;
const CLIENT_SSL = 0x800;
const TLS_REQUEST_SIZE = 32;
const LOGIN_41_USER_AT = 32;
const LOGIN_320_USER_AT = 5;

/** The state machine of a MySQL connection (envoy `contrib/mysql_proxy/filters/network/source/mysql_decoder_impl.cc`). */
export class MySqlDecoder {
  readonly #sink: MySqlSink;
  readonly #kept: Record<'client' | 'server', Uint8Array> = { client: new Uint8Array(0), server: new Uint8Array(0) };
  #state: State = 'init';
  #expected = 0;

  constructor(sink: MySqlSink) {
    this.#sink = sink;
  }

  /** Throws `MySqlError`. */
  feed(side: 'client' | 'server', bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#kept[side].length + bytes.length);
    joined.set(this.#kept[side]);
    joined.set(bytes, this.#kept[side].length);
    let rest: Uint8Array = joined;
    while (rest.length > 0) {
      if (this.#state === 'tls') {
        rest = new Uint8Array(0);
        break;
      }
      if (rest.length < HEADER) throw new MySqlError('error parsing mysql packet header');
      const length = (rest[0] ?? 0) | ((rest[1] ?? 0) << 8) | ((rest[2] ?? 0) << 16);
      const isWhole = rest.length >= HEADER + length;
      if (!this.#inOrder(rest[3] ?? 0)) {
        this.#sink.protocolError();
        rest = rest.slice(HEADER + length);
        if (!isWhole) break;
        continue;
      }
      if (!isWhole) break;
      this.#expected = (this.#expected + 1) & 255;
      this.#packet(rest.subarray(HEADER, HEADER + length), side);
      rest = rest.slice(HEADER + length);
    }
    this.#kept[side] = rest;
  }

  /** Numbers go on in both directions; a request after an answer begins anew. */
  #inOrder(seq: number): boolean {
    if (seq === this.#expected) return true;
    if (this.#state !== 'answer' || seq !== 0) return false;
    this.#begin('command');
    return true;
  }

  #begin(state: State): void {
    this.#expected = 0;
    this.#state = state;
  }

  #packet(body: Uint8Array, side: 'client' | 'server'): void {
    switch (this.#state) {
      case 'init':
        this.#state = 'login';
        this.#sink.greeted(cstring(body, 1));
        break;
      case 'login':
        this.#login(body);
        break;
      case 'login-answer':
        this.#loginAnswer(body, false);
        break;
      case 'switch':
        this.#state = 'auth-more';
        break;
      case 'auth-more':
        if (side === 'server') this.#loginAnswer(body, true);
        break;
      case 'resync':
      case 'command':
        this.#state = 'answer';
        if (body[0] === COM_QUERY) this.#sink.query(new TextDecoder().decode(body.subarray(1)));
        break;
      default:
    }
  }

  #login(body: Uint8Array): void {
    const flags = (body[0] ?? 0) | ((body[1] ?? 0) << 8);
    const isTls = body.length === TLS_REQUEST_SIZE && (flags & CLIENT_SSL) !== 0;
    this.#state = isTls ? 'tls' : 'login-answer';
    const at = (flags & CLIENT_PROTOCOL_41) === 0 ? LOGIN_320_USER_AT : LOGIN_41_USER_AT;
    this.#sink.login(isTls ? '' : cstring(body, at), isTls);
  }

  #loginAnswer(body: Uint8Array, more: boolean): void {
    switch (body[0]) {
      case 0:
        this.#begin('command');
        this.#sink.loginAnswer('ok', more);
        break;
      case 1:
        this.#state = 'auth-more';
        this.#sink.loginAnswer('more', more);
        break;
      case 0xfe:
        this.#state = more ? 'stopped' : 'switch';
        this.#sink.loginAnswer('switch', more);
        break;
      case 0xff:
        if (more) this.#begin('resync');
        else this.#state = 'stopped';
        this.#sink.loginAnswer('error', more);
        break;
      default:
        this.#state = 'stopped';
    }
  }
}

function cstring(body: Uint8Array, at: number): string {
  const end = body.indexOf(0, at);
  return new TextDecoder().decode(body.subarray(at, end < 0 ? body.length : end));
}
