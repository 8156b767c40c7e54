import { ConfigError } from '../config-error.ts';

/**
 * URI templates of Envoy (`envoy.path.match.uri_template`): literals, `*` for one segment, `**` for the rest, `{name}`, `{name=*}`, `{name=**}`,
 * `{name=a/*}` (envoy `source/extensions/path/uri_template_lib`). Gives the captured variables of a path, or undefined if it does not match.
 */
export function compilePathTemplate(template: string): (path: string) => ReadonlyMap<string, string> | undefined {
  if (!template.startsWith('/')) throw new ConfigError(`path_match_policy.path_template ${template} is invalid`);
  const names: string[] = [];
  let source = '';
  let at = 0;
  while (at < template.length) {
    const c = template.charAt(at);
    if (c === '{') {
      const end = template.indexOf('}', at);
      if (end < 0) throw new ConfigError(`path_match_policy.path_template ${template} is invalid`);
      const [name = '', pattern = '*'] = template.slice(at + 1, end).split('=');
      names.push(name);
      source += `(${patternSource(pattern)})`;
      at = end + 1;
    } else if (c === '*') {
      const double = template[at + 1] === '*';
      source += patternSource(double ? '**' : '*');
      at += double ? 2 : 1;
    } else {
      source += quote(c);
      at++;
    }
  }
  const regex = new RegExp(`^${source}$`);
  return (path) => {
    const found = regex.exec(path);
    if (found === null) return undefined;
    return new Map(names.map((name, i) => [name, found[i + 1] ?? '']));
  };
}

/** The target of `envoy.path.rewrite.uri_template`: `{name}` is replaced by what was captured. */
export function compileTemplateRewrite(template: string): (variables: ReadonlyMap<string, string>) => string {
  return (variables) => template.replaceAll(/\{([^}]*)\}/g, (_, name: string) => variables.get(name) ?? '');
}

const SEGMENT = "[a-zA-Z0-9-._~%!$&'()+,;:@=]+";
const REST = "[a-zA-Z0-9-._~%!$&'()+,;:@=/]*";

function patternSource(pattern: string): string {
  return pattern
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? REST : part === '*' ? SEGMENT : quote(part)))
    .join('');
}

function quote(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
