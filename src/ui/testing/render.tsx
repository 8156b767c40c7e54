import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { WorkspaceContext } from '../kit/workspace-context.ts';
import { ShellContext, type App } from '../shell/shell-context.ts';

/** The markup of a pane as it first stands, for tests of what is said and in which order. Behaviour belongs to journeys in a browser. */
export function renderIn(app: App, content: ReactNode): string {
  return renderToStaticMarkup(
    <WorkspaceContext value={app.workspace}>
      <ShellContext value={app.shell}>{content}</ShellContext>
    </WorkspaceContext>,
  );
}

/** What a screen reader gets to read: the text of the markup, drawings left out, blocks on lines of their own. */
export function readable(markup: string): readonly string[] {
  return markup
    .replaceAll(/<(svg|style)[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<\/?(li|ol|ul|h\d|p|div|button|label)[^>]*>/g, '\n')
    .replaceAll(/<[^>]+>/g, ' ')
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
}
