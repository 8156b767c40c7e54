/**
 * The only place that knows how Monaco is put together: a slim entry, our own worker wiring, YAML and JSON colouring, and a theme made from
 * the page's tokens. Everything else imports `monaco` from here, and only inside lazy chunks.
 */
import * as monaco from 'monaco-editor/editor';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/folding/register';
import 'monaco-editor/features/gotoError/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/codeAction/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/editor/browser/coreCommands';
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import 'monaco-editor/editor/contrib/caretOperations/browser/caretOperations';
import 'monaco-editor/languages/definitions/yaml/register';

globalThis.MonacoEnvironment = { getWorker: () => new EditorWorker() };

/** Reads the page's colours, so that editor and page change theme together. */
export function applyTheme(dark: boolean): void {
  const style = getComputedStyle(document.documentElement);
  const colors = Object.fromEntries(
    Object.entries(colorTokens).flatMap(([key, name]) => {
      const color = resolveColor(style.getPropertyValue(name), dark);
      return color === undefined ? [] : [[key, color]];
    }),
  );
  monaco.editor.defineTheme('filterloom', { base: dark ? 'vs-dark' : 'vs', inherit: true, rules: [], colors });
  monaco.editor.setTheme('filterloom');
}

const colorTokens: Readonly<Record<string, string>> = {
  'editor.background': '--panel',
  'editor.foreground': '--ink',
  'editorLineNumber.foreground': '--ink-3',
  'editorGutter.background': '--panel',
  'editorWidget.background': '--raised',
  'editorHoverWidget.background': '--raised',
  'editorError.foreground': '--red',
  'editorWarning.foreground': '--amber',
  focusBorder: '--accent',
};

/** Monaco wants `#rrggbb`; tokens are that, or `light-dark(#rrggbb, #rrggbb)`. */
function resolveColor(token: string, dark: boolean): string | undefined {
  const [light, second = light] = token.match(/#[0-9a-f]{6}\b/gi) ?? [];
  return dark ? second : light;
}

export { monaco };
