// {"request": {"remove": ["x"], "set": {"a": "1"}, "add": {"b": "2"}}, "response": {…}}

import { Json, JsonReader, Kind } from './json';

export class Header {
  constructor(
    public name: string,
    public value: string,
  ) {}
}

/** What happens to one header map, in this order. */
export class Changes {
  removals: string[] = [];
  settings: Header[] = [];
  additions: Header[] = [];

  get count(): i32 {
    return this.removals.length + this.settings.length + this.additions.length;
  }
}

export class Config {
  /** Why the configuration is refused; empty when it is not. */
  error: string = '';
  request: Changes = new Changes();
  response: Changes = new Changes();
}

/** Reads the configuration; an empty text changes nothing. */
export function readConfig(text: string): Config {
  const config = new Config();
  if (text == '') return config;
  const reader = new JsonReader(text);
  const root = reader.read();
  if (reader.error != '') {
    config.error = reader.error;
    return config;
  }
  if (root.kind != Kind.Object) return refuse(config, 'the configuration must be an object');
  for (let i = 0; i < root.keys.length; i++) {
    const key = root.keys[i];
    if (key == 'request') readChanges(root.items[i], key, config.request, config);
    else if (key == 'response') readChanges(root.items[i], key, config.response, config);
    else refuse(config, 'unknown key "' + key + '", expected request or response');
  }
  return config;
}

function refuse(config: Config, problem: string): Config {
  if (config.error == '') config.error = problem;
  return config;
}

function readChanges(json: Json, place: string, out: Changes, config: Config): void {
  if (json.kind != Kind.Object) {
    refuse(config, place + ' must be an object');
    return;
  }
  for (let i = 0; i < json.keys.length; i++) {
    const key = json.keys[i];
    const inside = place + '.' + key;
    if (key == 'remove') readNames(json.items[i], inside, out.removals, config);
    else if (key == 'set') readHeaders(json.items[i], inside, out.settings, config);
    else if (key == 'add') readHeaders(json.items[i], inside, out.additions, config);
    else refuse(config, place + ': unknown key "' + key + '", expected remove, set or add');
  }
}

function readNames(json: Json, place: string, out: string[], config: Config): void {
  if (json.kind != Kind.Array) {
    refuse(config, place + ' must be a list of header names');
    return;
  }
  for (let i = 0; i < json.items.length; i++) {
    const item = json.items[i];
    if (item.kind != Kind.Text || !isHeaderName(item.text)) {
      refuse(config, place + '[' + i.toString() + '] must be a header name');
      return;
    }
    out.push(lowerCase(item.text));
  }
}

function readHeaders(json: Json, place: string, out: Header[], config: Config): void {
  if (json.kind != Kind.Object) {
    refuse(config, place + ' must be an object of header names and values');
    return;
  }
  for (let i = 0; i < json.keys.length; i++) {
    const name = json.keys[i];
    const value = json.items[i];
    if (!isHeaderName(name)) {
      refuse(config, place + ': "' + name + '" is not a header name');
    } else if (value.kind != Kind.Text || !isHeaderValue(value.text)) {
      refuse(config, place + '["' + name + '"] must be a text of one line');
    } else {
      out.push(new Header(lowerCase(name), value.text));
    }
  }
}

/** RFC 9110 §5.6.2, or a pseudo header such as `:path`. */
function isHeaderName(name: string): bool {
  const start = name.startsWith(':') ? 1 : 0;
  if (name.length == start) return false;
  for (let i = start; i < name.length; i++) {
    const c = name.charCodeAt(i);
    const letter = (c | 32) >= 97 && (c | 32) <= 122;
    if (!letter && !(c >= 48 && c <= 57) && !"!#$%&'*+-.^_`|~".includes(name.charAt(i))) return false;
  }
  return true;
}

/** Envoy keeps names in lower case. They are ASCII, so the Unicode tables of `toLowerCase` need not come along. */
function lowerCase(name: string): string {
  let out = '';
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    out += String.fromCharCode(c >= 65 && c <= 90 ? c | 32 : c);
  }
  return out;
}

/** The HTTP codecs refuse line breaks and NUL. */
function isHeaderValue(value: string): bool {
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (c == 0 || c == 10 || c == 13) return false;
  }
  return true;
}
