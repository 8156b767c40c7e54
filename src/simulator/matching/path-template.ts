import { ConfigError } from '../config-error.ts';
import { parseTemplate, TemplateError } from './path-template-parser.ts';
import type { TemplatePart } from './path-template-parser.ts';

/** A template that paths are compared with. */
export interface PathTemplate {
  /** The names of its variables. */
  readonly names: ReadonlySet<string>;
  /** The captured variables of a path, or undefined if it does not match. */
  match(path: string): ReadonlyMap<string, string> | undefined;
}

/** `envoy.path.match.uri_template`: the whole path has to match. Throws `ConfigError` in Envoy's words. */
export function compilePathTemplate(template: string): PathTemplate {
  const parts = parsed(template);
  const names = parts.flatMap((part) => (part.kind === 'variable' ? [part.name] : []));
  const regex = lenientRegex(`^${sourceOf(parts)}$`);
  return {
    names: new Set(names),
    match(path) {
      const found = regex?.exec(path) ?? null;
      return found === null ? undefined : new Map(names.map((name, i) => [name, found[i + 1] ?? '']));
    },
  };
}

function parsed(template: string): readonly TemplatePart[] {
  try {
    return parseTemplate(template);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new ConfigError(`path_match_policy.path_template ${template} is invalid: ${error.message}`);
  }
}

const REWRITE_LITERAL = /^[a-zA-Z0-9\-._~%!$&'()*+,;:@=/]+$/;
const NAME = /^[a-zA-Z]\w*$/;

/** The target of `envoy.path.rewrite.uri_template`: `{name}` is replaced by what was captured. */
export function compileTemplateRewrite(
  template: string,
  match: { readonly text: string; readonly names: ReadonlySet<string> },
): (variables: ReadonlyMap<string, string>) => string {
  const parts = template.split(/\{([^{}]*)\}/);
  const isGood = template.startsWith('/') && !template.includes('//');
  if (!isGood || !parts.every((part, i) => (i % 2 === 1 ? NAME.test(part) : part === '' || REWRITE_LITERAL.test(part)))) {
    throw new ConfigError(`path_rewrite_policy.path_template_rewrite ${template} is invalid`);
  }
  if (parts.some((part, i) => i % 2 === 1 && !match.names.has(part))) {
    throw new ConfigError(`mismatch between variables in path_match_policy ${match.text} and path_rewrite_policy ${template}`);
  }
  return (variables) => parts.map((part, i) => (i % 2 === 1 ? (variables.get(part) ?? '') : part)).join('');
}

const SEGMENT = "[a-zA-Z0-9\\-._~%!$&'()*+,;:@=]+";
const REST = "[a-zA-Z0-9\\-._~%!$&'()*+,;:@=/]*";

function sourceOf(parts: readonly TemplatePart[]): string {
  return parts.map(partSource).join('');
}

function partSource(part: TemplatePart): string {
  switch (part.kind) {
    case 'segment':
      return SEGMENT;
    case 'rest':
      return REST;
    case 'variable':
      return `(${sourceOf(part.parts)})`;
    default:
      // Envoy quotes these and no others, so that a star in a literal repeats what stands before it (`toRegexPattern`).
      return part.text.replaceAll(/[$()+./]/g, String.raw`\$&`);
  }
}

/** What RE2 would not compile matches nothing; Envoy takes the configuration all the same. */
function lenientRegex(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined; // the pattern is the user's
  }
}
