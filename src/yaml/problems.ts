import type { Diagnostic, QuickFix, Severity } from '#base/diagnostic.ts';
import type { TextRange } from '#base/text-range.ts';

type Args = Readonly<Record<string, string | number>>;

interface Problem {
  readonly severity: Severity;
  /** `$name` stands for an argument. */
  readonly message: string;
  readonly help: string;
}

/** Every diagnostic of this room. To add one: an entry here, and its code where it is found. */
const problems = {
  'ambiguous-boolean': {
    severity: 'warning',
    message: '`$text` without quotes is read as the boolean $value.',
    help: 'Kubernetes reads YAML 1.1, where y, n, yes, no, on and off are booleans. Write "$text" for the text, or $value for the boolean.',
  },
  'duplicate-key': {
    severity: 'error',
    message: 'The key `$key` appears twice in this map; the last one counts.',
    help: 'Remove one of the two, or rename it. Kubernetes refuses the resource in strict mode and silently drops the first value otherwise.',
  },
  'merge-overrides': {
    severity: 'warning',
    message: '`<<` replaces `$key`, which stands above it.',
    help: 'Kubernetes applies `<<` where it stands, so later entries win. Move `<<` to the top of the map to keep your own `$key`.',
  },
  'bad-merge': {
    severity: 'error',
    message: '`<<` needs a map, an alias of a map, or a list of these.',
    help: 'Point it at an anchored map, as in `<<: *defaults`, or quote the key ("<<") if you mean the text.',
  },
  'unknown-alias': {
    severity: 'error',
    message: 'There is no anchor `&$name` above this alias.',
    help: 'Define it earlier in the same document with `&$name`. If you mean a text that begins with `*`, put it in quotes.',
  },
  'recursive-alias': {
    severity: 'error',
    message: 'The anchor `&$name` contains itself.',
    help: 'A value cannot be part of itself in Kubernetes. Use the alias outside the anchored value.',
  },
  'alias-limit': {
    severity: 'error',
    message: 'The aliases of this document expand to more than $limit values.',
    help: 'Write the values out, or use fewer nested aliases. This and the following aliases are read as null.',
  },
  'too-deep': {
    severity: 'error',
    message: 'The data is nested more than $limit levels deep.',
    help: 'Flatten the structure; no Kubernetes resource or Envoy configuration needs this depth.',
  },
  'complex-key': {
    severity: 'error',
    message: 'A map key must be a text, a number or a boolean, not a map or a list.',
    help: 'Templates such as {{ name }} must be quoted ("{{ name }}"). Otherwise use a plain key; JSON has no other.',
  },
  'null-key': {
    severity: 'error',
    message: 'This map has an entry without a key, or with the key null.',
    help: 'Write a key before the `:`, or quote it ("null") if you mean the text.',
  },
  'not-a-json-number': {
    severity: 'error',
    message: '`$text` is no number in JSON, so Kubernetes refuses it.',
    help: 'Put it in quotes if you mean the text, or write a finite number.',
  },
  'bad-tag': {
    severity: 'error',
    message: '`$text` cannot be read as $tag.',
    help: 'Remove the tag, or write a value that fits it.',
  },
  'unknown-tag': {
    severity: 'warning',
    message: 'The tag $tag means nothing to Kubernetes; an unquoted value after it is read as a text.',
    help: 'Remove the tag. If you mean a text that begins with `!`, put it in quotes.',
  },
  'after-document-end': {
    severity: 'warning',
    message: 'kubectl reads nothing after `...` until the next `---`.',
    help: 'Replace the `...` line by `---`.',
  },
  'tab-indentation': {
    severity: 'error',
    message: 'A tab cannot indent YAML.',
    help: 'Indent with spaces.',
  },
  'bad-indentation': {
    severity: 'error',
    message: 'This line does not line up with the lines above.',
    help: 'Give it the same number of spaces as its siblings; a value over several lines must be indented deeper than its key.',
  },
  'not-indented': {
    severity: 'error',
    message: 'This line must be indented deeper: it continues what was opened above.',
    help: 'Indent it, or close the quote or bracket above it.',
  },
  'unclosed-quote': {
    severity: 'error',
    message: 'This $quote is not closed where it should be.',
    help: "Add the closing $quote. Inside double quotes write \\\" for a quote, inside single quotes ''.",
  },
  'unclosed-bracket': {
    severity: 'error',
    message: 'This `$bracket` is not closed where it should be.',
    help: 'Add the matching `$closer`, or put the value in quotes if it is a text.',
  },
  'stray-bracket': {
    severity: 'error',
    message: 'This `$text` closes nothing.',
    help: 'Remove it, or put the value in quotes if it is a text.',
  },
  'missing-comma': {
    severity: 'error',
    message: 'A comma is missing before this.',
    help: 'Separate the entries inside [ ] and { } with commas; quote texts that contain brackets, commas or colons.',
  },
  'extra-comma': {
    severity: 'error',
    message: 'Nothing stands before this comma.',
    help: 'Remove the comma, or write the missing entry.',
  },
  'missing-colon': {
    severity: 'error',
    message: 'This line is not `key: value`.',
    help: 'Write a colon and a space after the key. A text over several lines must be indented deeper than its key.',
  },
  'missing-space': {
    severity: 'error',
    message: 'A space is missing after this colon.',
    help: 'Write `key: value`, with a space after the colon.',
  },
  'nested-colon': {
    severity: 'error',
    message: 'A second `: ` on one line does not make a map.',
    help: 'Put the value in quotes if the colon belongs to it, or start the inner map on a new, indented line.',
  },
  'inline-list': {
    severity: 'error',
    message: 'A list cannot begin on the line of its key.',
    help: 'Start the `- ` on a new line below the key, or write the list in [ ]. Quote the value if it is a text.',
  },
  'mixed-collection': {
    severity: 'error',
    message: 'A list item and a `key: value` cannot stand side by side.',
    help: 'Indent the list below its key, or make every line an item. A new resource needs a `---` line before it.',
  },
  'text-after-value': {
    severity: 'error',
    message: 'The value before this is complete; nothing can follow on its line.',
    help: "Put the whole value in quotes. A quote inside is written \\\" in double quotes and '' in single quotes.",
  },
  'unexpected-text': {
    severity: 'error',
    message: 'Nothing can follow here: the document before it is complete.',
    help: 'Check the indentation of this line and the one above; a new resource needs a `---` line before it.',
  },
  'reserved-character': {
    severity: 'error',
    message: 'An unquoted text cannot begin with `$text`.',
    help: 'Put the value in quotes.',
  },
  template: {
    severity: 'error',
    message: 'This is a template, not yet YAML.',
    help: 'Render it first (for Helm: `helm template`) and use the result. Quote the braces if they are part of a text.',
  },
  'bad-escape': {
    severity: 'error',
    message: 'This is no escape sequence of double-quoted YAML.',
    help: 'Write \\\\ for a backslash, or use single quotes, where a backslash is an ordinary character.',
  },
  'control-character': {
    severity: 'error',
    message: 'The control character $code is not allowed in YAML.',
    help: 'Remove it, or write it as an escape inside double quotes. A binary file is not YAML.',
  },
  'bad-block-scalar': {
    severity: 'error',
    message: 'Only an indentation digit, `+` or `-` and a comment may follow `|` or `>` on its line.',
    help: 'Start the text on the next line, indented deeper than the key. Quote the value if it begins with | or >.',
  },
  'bad-anchor': {
    severity: 'error',
    message: 'An anchor or alias is not written correctly here.',
    help: 'Write a name directly after & or *, one per value. Quote the value if it is a text that begins with & or *.',
  },
  'bad-tag-syntax': {
    severity: 'error',
    message: 'This tag is not written correctly.',
    help: 'Remove the tag, or quote the value if it is a text that begins with `!`.',
  },
  'bad-directive': {
    severity: 'error',
    message: 'This `%` directive cannot be read.',
    help: 'Remove the line: Kubernetes needs no directives. A directive must be followed by a `---` line.',
  },
  syntax: {
    severity: 'error',
    message: 'The YAML cannot be read here ($reason).',
    help: 'Check quotes, brackets and indentation of this line and the one above.',
  },
} as const satisfies Record<string, Problem>;

export type ProblemCode = keyof typeof problems;

/** The diagnostic `yaml/<code>` for a range of `file`. */
export function problem(code: ProblemCode, file: string, range: TextRange, args: Args = {}, fixes?: readonly QuickFix[]): Diagnostic {
  const { severity, message, help } = problems[code];
  return { code: `yaml/${code}`, severity, message: fill(message, args), help: fill(help, args), args, at: { file, range }, fixes };
}

function fill(template: string, args: Args): string {
  return template.replaceAll(/\$(\w+)/g, (_, name: string) => String(args[name] ?? ''));
}
