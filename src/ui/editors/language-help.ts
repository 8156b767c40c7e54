import { monaco } from './monaco.ts';

/** What the text under the cursor means: asked by offset, answered by the workspace. */
export interface LanguageHelp {
  /** Markdown for the key or value at `offset`. */
  hover(offset: number): { readonly markdown: string; readonly start: number; readonly end: number } | undefined;
  /** What may be written at `offset`: keys not yet there, or values. */
  complete(offset: number): readonly Suggestion[];
}

export interface Suggestion {
  readonly label: string;
  readonly detail: string;
  readonly documentation: string;
  readonly insert: string;
  readonly kind: 'key' | 'value';
}

export function registerHelp(model: monaco.editor.ITextModel, help: () => LanguageHelp | undefined): monaco.IDisposable {
  const language = model.getLanguageId();
  const hover = monaco.languages.registerHoverProvider(language, {
    provideHover: (target, position) => {
      const found = target === model ? help()?.hover(model.getOffsetAt(position)) : undefined;
      if (found === undefined) return null;
      const range = monaco.Range.fromPositions(model.getPositionAt(found.start), model.getPositionAt(found.end));
      return { contents: [{ value: found.markdown }], range };
    },
  });
  const completion = monaco.languages.registerCompletionItemProvider(language, {
    provideCompletionItems: (target, position) => {
      const word = model.getWordUntilPosition(position);
      const range = {
        startLineNumber: position.lineNumber,
        endLineNumber: position.lineNumber,
        startColumn: word.startColumn,
        endColumn: word.endColumn,
      };
      const found = target === model ? (help()?.complete(model.getOffsetAt(position)) ?? []) : [];
      const { CompletionItemKind } = monaco.languages;
      return {
        suggestions: found.map(({ label, detail, documentation, insert, kind }) => ({
          label,
          detail,
          documentation: { value: documentation },
          insertText: insert,
          kind: kind === 'key' ? CompletionItemKind.Property : CompletionItemKind.Value,
          range,
        })),
      };
    },
  });
  return {
    dispose: () => {
      hover.dispose();
      completion.dispose();
    },
  };
}
