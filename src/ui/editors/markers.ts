import type { Diagnostic, QuickFix } from '#base/diagnostic.ts';
import { monaco } from './monaco.ts';

const severities: Readonly<Record<Diagnostic['severity'], monaco.MarkerSeverity>> = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  info: monaco.MarkerSeverity.Info,
  hint: monaco.MarkerSeverity.Hint,
};

/** A diagnostic as Monaco shows it: squiggle, gutter, and its advice in the hover. */
export function toMarker(model: monaco.editor.ITextModel, diagnostic: Diagnostic): monaco.editor.IMarkerData {
  const { start, end } = diagnostic.at?.range ?? { start: 0, end: 0 };
  const from = model.getPositionAt(start);
  const to = model.getPositionAt(Math.max(end, start + 1));
  return {
    severity: severities[diagnostic.severity],
    message: diagnostic.help === undefined ? diagnostic.message : `${diagnostic.message}\n${diagnostic.help}`,
    code: diagnostic.code,
    source: 'filterloom',
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
  };
}

export interface FixAt {
  readonly diagnostic: Diagnostic;
  readonly fix: QuickFix;
}

export function fixesAt(diagnostics: readonly Diagnostic[]): readonly FixAt[] {
  return diagnostics.flatMap((diagnostic) => (diagnostic.fixes ?? []).map((fix) => ({ diagnostic, fix })));
}

/** Offers the quick fixes of the diagnostics under the cursor. They run through the page's own history, not Monaco's. */
export function registerFixes(
  model: monaco.editor.ITextModel,
  fixes: () => readonly FixAt[],
  run: (fix: QuickFix) => void,
): monaco.IDisposable {
  const id = `filterloom.fix.${model.id}`;
  const command = monaco.editor.registerCommand(id, (_accessor: unknown, fix: QuickFix) => run(fix));
  const provider = monaco.languages.registerCodeActionProvider(model.getLanguageId(), {
    provideCodeActions: (target, range) => {
      if (target !== model) return { actions: [], dispose: () => undefined };
      const start = model.getOffsetAt(range.getStartPosition());
      const end = model.getOffsetAt(range.getEndPosition());
      const actions = fixes()
        .filter(({ diagnostic }) => diagnostic.at !== undefined && diagnostic.at.range.start <= end && diagnostic.at.range.end >= start)
        .map(({ diagnostic, fix }) => ({
          title: fix.title,
          kind: 'quickfix',
          diagnostics: [toMarker(model, diagnostic)],
          command: { id, title: fix.title, arguments: [fix] },
        }));
      return { actions, dispose: () => undefined };
    },
  });
  return {
    dispose: () => {
      provider.dispose();
      command.dispose();
    },
  };
}
