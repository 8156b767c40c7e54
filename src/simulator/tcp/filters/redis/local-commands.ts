import type { Proxy } from '../../../proxy.ts';
import type { RedisConfig } from './redis-config.ts';
import type { Resp } from './resp.ts';
import { array, bulk, errorReply, simple } from './resp.ts';
import type { Splitter } from './splitter.ts';

const NO_PROTOCOL = errorReply('NOPROTO unsupported protocol version');
const NO_AUTH = errorReply('NOAUTH Authentication required.');
const WRONG_PASS = errorReply('WRONGPASS invalid username-password pair');
const NO_USERS = errorReply('ERR Client sent AUTH, but no username-password pair is set');

/** What Envoy answers in place of a server, for one client: who it is, and the greetings of client libraries (envoy `command_splitter_impl.cc` `makeRequest`). */
export class LocalCommands {
  readonly #config: RedisConfig;
  readonly #splitter: Splitter;
  readonly #proxy: Proxy;
  #allowed: boolean;

  constructor(config: RedisConfig, splitter: Splitter, proxy: Proxy) {
    this.#config = config;
    this.#splitter = splitter;
    this.#proxy = proxy;
    this.#allowed = config.user === '' && config.passwords.length === 0;
  }

  get allowed(): boolean {
    return this.#allowed;
  }

  /** The answer; `invalid` for too few words, undefined for what servers answer. */
  answer(name: string, words: readonly string[]): Resp | 'invalid' | undefined {
    if (name === 'auth') return this.#auth(words);
    if (name === 'hello') return this.#hello(words);
    if (!this.#allowed) return NO_AUTH;
    switch (name) {
      case 'ping':
        return simple('PONG');
      case 'echo':
        return words.length === 2 ? bulk(words[1] ?? '') : 'invalid';
      case 'quit':
        return simple('OK');
      case 'time':
        return this.#time();
      case 'client':
        return client(words[1]);
      default:
        return undefined;
    }
  }

  #auth([, first, second]: readonly string[]): Resp | 'invalid' {
    if (first === undefined) return 'invalid';
    const { passwords } = this.#config;
    if (second !== undefined) return this.#login(first, second);
    if (passwords.length === 0) return errorReply('ERR Client sent AUTH, but no password is set');
    this.#allowed = passwords.includes(first);
    return this.#allowed ? simple('OK') : errorReply('ERR invalid password');
  }

  /** Without a configured user `default` is the only one, as in Redis 6. */
  #login(user: string, password: string): Resp {
    const { user: expected, passwords } = this.#config;
    if (expected === '' && passwords.length === 0) return NO_USERS;
    this.#allowed = user === (expected === '' ? 'default' : expected) && passwords.includes(password);
    return this.#allowed ? simple('OK') : WRONG_PASS;
  }

  #hello([, version, ...options]: readonly string[]): Resp {
    const stats = this.#splitter.statsOf('hello');
    stats.count('total');
    const fail = (reply: Resp): Resp => {
      stats.count('error');
      return reply;
    };
    if (version !== undefined && version !== '2') return fail(NO_PROTOCOL);
    let login: readonly [string, string] | undefined;
    for (let i = 0; i < options.length;) {
      const option = options[i] ?? '';
      const [first, second] = [options[i + 1], options[i + 2]];
      if (option.toUpperCase() === 'AUTH') {
        if (first === undefined || second === undefined)
          return fail(errorReply('ERR Syntax error: HELLO AUTH requires <username> <password>'));
        login = [first, second];
        i += 3;
      } else if (option.toUpperCase() === 'SETNAME') {
        if (first === undefined) return fail(errorReply('ERR Syntax error: HELLO SETNAME requires a <clientname>'));
        i += 2;
      } else return fail(errorReply(`ERR Syntax error: unknown HELLO option '${option}'`));
    }
    if (login !== undefined) {
      const result = this.#login(...login);
      if (!this.#allowed || result.type === 'error') return result;
    } else if (!this.#allowed) return fail(NO_AUTH);
    stats.count('success');
    return serverFacts;
  }

  #time(): Resp {
    const us = this.#proxy.loop.nowNs / 1000n;
    return array([bulk(String(us / 1_000_000n)), bulk(String(us))]);
  }
}

function client(subcommand: string | undefined): Resp | 'invalid' {
  if (subcommand === undefined) return 'invalid';
  if (/^(setinfo|setname)$/i.test(subcommand)) return simple('OK');
  return errorReply(`ERR CLIENT subcommand '${subcommand}' is not supported by the proxy`);
}

const number = (value: bigint): Resp => ({ type: 'integer', value });
const facts: readonly (readonly [string, Resp])[] = [
  ['server', bulk('envoy-redis-proxy')],
  ['version', bulk('6.0.0')],
  ['proto', number(2n)],
  ['id', number(0n)],
  ['mode', bulk('standalone')],
  ['role', bulk('master')],
  ['modules', array([])],
];
const serverFacts = array(facts.flatMap(([name, value]) => [bulk(name), value]));
