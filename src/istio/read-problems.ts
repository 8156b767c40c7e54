import type { Diagnostic, Location, Severity } from '#base/diagnostic.ts';

/** What may be wrong with a text that should hold Kubernetes objects: one entry a problem. */
const problems = {
  'istio/not-an-object': {
    severity: 'error',
    message: 'A Kubernetes object is expected here, not {found}',
    help: 'Begin the document with apiVersion, kind and metadata, and separate documents with a line "---".',
  },
  'istio/no-kind': {
    severity: 'error',
    message: 'The object has no {field}',
    help: 'Every Kubernetes object needs apiVersion and kind, for example "apiVersion: v1" and "kind: Service".',
  },
  'istio/no-name': {
    severity: 'error',
    message: 'The {kind} has no name',
    help: 'Add metadata.name.',
  },
  'istio/wrong-type': {
    severity: 'error',
    message: '{field} must be {expected}, not {found}',
    help: 'Check the indentation of the lines below it.',
  },
  'istio/not-a-text': {
    severity: 'error',
    message: 'The value of {key} must be a text, not {found}',
    help: 'Put it in quotes.',
  },
  'istio/duplicate': {
    severity: 'warning',
    message: '{kind} {name} is there twice',
    help: 'The API server keeps one object of a name: the one applied last. Rename or remove one of them.',
  },
  'istio/list-too-deep': {
    severity: 'error',
    message: 'Lists inside lists inside lists are not read',
    help: 'Put the objects into one list or into documents of their own.',
  },
} as const satisfies Readonly<Record<string, { severity: Severity; message: string; help: string }>>;

export type ReadProblem = keyof typeof problems;

export function readProblem(code: ReadProblem, args: Readonly<Record<string, string>>, at: Location | undefined): Diagnostic {
  const { severity, message, help } = problems[code];
  return { code, severity, message: message.replaceAll(/\{(\w+)\}/g, (blank, name: string) => args[name] ?? blank), help, args, at };
}
