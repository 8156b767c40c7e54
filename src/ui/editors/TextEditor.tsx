import { useEffect, useLayoutEffect, useRef } from 'react';
import type { Diagnostic } from '#base/diagnostic.ts';
import type { TextRange } from '#base/text-range.ts';
import { minimalEdit } from './minimal-edit.ts';
import { applyTheme, monaco } from './monaco.ts';
import { fixesAt, registerFixes, toMarker } from './markers.ts';
import { registerHelp } from './language-help.ts';
import type { LanguageHelp } from './language-help.ts';
import './TextEditor.css';

export interface TextEditorProps {
  readonly text: string;
  readonly language: 'yaml' | 'json' | 'plaintext';
  readonly label: string;
  /** Unique for what is edited; another uri is another text with its own scroll place. */
  readonly uri: string;
  readonly readOnly?: boolean;
  readonly diagnostics?: readonly Diagnostic[];
  /** Where to look: scrolled into view and marked whenever it changes. */
  readonly reveal?: TextRange | undefined;
  readonly dark: boolean;
  readonly help?: LanguageHelp | undefined;
  readonly onChange?: (text: string) => void;
  /** The offset of the cursor, when the user moves it. */
  readonly onCursor?: (offset: number) => void;
  readonly onUndo?: () => void;
  readonly onRedo?: () => void;
  readonly onFix?: (fix: NonNullable<Diagnostic['fixes']>[number]) => void;
}

/**
 * A Monaco editor over a text that lives elsewhere: changes from outside are applied as one minimal edit, so cursor and folding stay, and
 * undo is the page's own history.
 */
export function TextEditor(props: TextEditorProps): React.JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor | undefined>(undefined);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  const { text, uri, language, readOnly, diagnostics, reveal, dark, label } = props;

  useEffect(() => {
    if (host.current === null) return undefined;
    const model = monaco.editor.createModel(
      latest.current.text,
      language,
      monaco.Uri.parse(`inmemory://filterloom/${encodeURIComponent(uri)}`),
    );
    const created = monaco.editor.create(host.current, {
      model,
      ...options,
      readOnly: readOnly === true,
      ariaLabel: label,
    });
    editor.current = created;
    const disposables = [
      model,
      created,
      model.onDidChangeContent(() => {
        const value = model.getValue();
        if (value !== latest.current.text) latest.current.onChange?.(value);
      }),
      created.onDidChangeCursorPosition((event) => {
        if (event.reason === monaco.editor.CursorChangeReason.Explicit) latest.current.onCursor?.(model.getOffsetAt(event.position));
      }),
      registerFixes(
        model,
        () => fixesAt(latest.current.diagnostics ?? []),
        (fix) => latest.current.onFix?.(fix),
      ),
      registerHelp(model, () => latest.current.help),
    ];
    created.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyZ, () => latest.current.onUndo?.());
    created.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyMod.Shift | monaco.KeyCode.KeyZ, () => latest.current.onRedo?.());
    created.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyY, () => latest.current.onRedo?.());
    return () => {
      editor.current = undefined;
      for (const disposable of disposables.reverse()) disposable.dispose();
    };
  }, [uri, language, readOnly, label]);

  useEffect(() => {
    const model = editor.current?.getModel();
    const edit = model === undefined || model === null ? undefined : minimalEdit(model.getValue(), text);
    if (edit !== undefined && model !== undefined && model !== null) {
      const start = model.getPositionAt(edit.range.start);
      model.applyEdits([{ range: monaco.Range.fromPositions(start, model.getPositionAt(edit.range.end)), text: edit.text }]);
    }
  }, [text, uri]);

  useEffect(() => {
    const model = editor.current?.getModel();
    if (model !== undefined && model !== null)
      monaco.editor.setModelMarkers(
        model,
        'filterloom',
        (diagnostics ?? []).map((item) => toMarker(model, item)),
      );
  }, [diagnostics, text, uri]);

  useEffect(() => {
    const model = editor.current?.getModel();
    if (reveal === undefined || model === undefined || model === null) return;
    const range = monaco.Range.fromPositions(model.getPositionAt(reveal.start), model.getPositionAt(reveal.end));
    editor.current?.revealRangeNearTop(range);
    editor.current?.setPosition(range.getStartPosition());
  }, [reveal, uri]);

  useEffect(() => applyTheme(dark), [dark]);

  return <div ref={host} className="filterloom-editor nokey" data-testid="text-editor" />;
}

const options: monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  minimap: { enabled: false },
  fontSize: 12.5,
  lineNumbersMinChars: 3,
  scrollBeyondLastLine: false,
  tabSize: 2,
  insertSpaces: true,
  detectIndentation: false,
  folding: true,
  wordWrap: 'off',
  renderLineHighlight: 'line',
  overviewRulerLanes: 2,
  fixedOverflowWidgets: true,
  quickSuggestions: { other: true, strings: true, comments: false },
  padding: { top: 8, bottom: 8 },
};
