import { useState } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';
import { curlOf, readRequestText } from '#workspace/request-text.ts';
import type { PreviewRequest } from '#workspace/workspace.ts';
import { Button, IconButton } from '../kit/Button.tsx';
import { CopyButton } from '../kit/CopyButton.tsx';
import { Select } from '../kit/Select.tsx';
import { TextField } from '../kit/TextField.tsx';
import { useSelect } from '../kit/use-store.ts';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import { AnswersForm } from './AnswersForm.tsx';
import { CopyCase } from './CopyCase.tsx';
import { CurlDialog } from './CurlDialog.tsx';
import styles from './Preview.module.css';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The request builder. A curl command pasted into the path is taken over whole. */
export function RequestForm(): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages().preview;
  const { request, running, progress } = useSelect(workspace.runs, ({ request, running, progress }) => ({ request, running, progress }));
  const [curlOpen, setCurlOpen] = useState(false);
  const [withBody, setWithBody] = useState(false);
  const change = (part: Partial<PreviewRequest>): void => workspace.runs.setState({ request: { ...request, ...part } });
  const setHeader = (index: number, header: readonly [string, string]): void =>
    change({ headers: request.headers.map((old, i) => (i === index ? header : old)) });
  const send = (): void => void workspace.actions.send(workspace.runs.getState().request);
  const setPath = (path: string): void => {
    const read = /^\s*curl\s/.test(path) ? readRequestText(path) : undefined;
    if (read?.ok === true) change(read.value);
    else change({ path });
  };
  const sendOnEnter = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') send();
  };
  const options = [...new Set([...methods, request.method])].map((value) => ({ value, label: value }));
  return (
    <form
      className={styles.request}
      aria-label={messages.request}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className={styles.line}>
        <Select label={messages.method} hideLabel value={request.method} options={options} onChange={(method) => change({ method })} />
        <div className={styles.grow}>
          <TextField
            label={messages.path}
            hideLabel
            mono
            value={request.path}
            placeholder={messages.pathHint}
            onChange={setPath}
            onKeyDown={sendOnEnter}
          />
        </div>
        <Button variant="primary" icon="send" onClick={send} disabled={running} data-testid="send">
          {running ? messages.sending : messages.send}
        </Button>
      </div>
      {progress !== undefined && (
        <p className={styles.quiet} role="status">
          {messages.loading(progress)}
        </p>
      )}
      <div className={styles.headers} role="group" aria-label={messages.headers}>
        <div className={styles.host}>
          <code className={styles.fixedName}>host</code>
          <TextField label={messages.authority} hideLabel mono value={request.authority} onChange={(authority) => change({ authority })} />
        </div>
        {request.headers.map(([name, value], index) => (
          // A header has no identity of its own: its place is its name, and names repeat.
          // eslint-disable-next-line react/no-array-index-key
          <div key={index} className={styles.pair}>
            <TextField label={messages.headerName} hideLabel mono value={name} onChange={(next) => setHeader(index, [next, value])} />
            <TextField
              label={messages.headerValue(name)}
              hideLabel
              mono
              value={value}
              onChange={(next) => setHeader(index, [name, next])}
            />
            <IconButton
              icon="remove"
              size="small"
              label={messages.removeHeader(name)}
              onClick={() => change({ headers: request.headers.filter((_, i) => i !== index) })}
            />
          </div>
        ))}
      </div>
      {(withBody || request.body !== '') && (
        <TextField label={messages.body} mono multiline={3} value={request.body} onChange={(body) => change({ body })} />
      )}
      <div className={styles.tools}>
        <Button size="small" variant="ghost" icon="add" onClick={() => change({ headers: [...request.headers, ['', '']] })}>
          {messages.addHeader}
        </Button>
        {!withBody && request.body === '' && (
          <Button size="small" variant="ghost" icon="add" onClick={() => setWithBody(true)}>
            {messages.addBody}
          </Button>
        )}
        <Button size="small" variant="ghost" onClick={() => setCurlOpen(true)}>
          {messages.pasteCurl}
        </Button>
        <CopyButton size="small" variant="ghost" text={() => curlOf(request)}>
          {messages.copyCurl}
        </CopyButton>
        <CopyCase />
        <Button size="small" variant="ghost" onClick={() => workspace.actions.pickConversation(true)}>
          {messages.conversation.toConversation}
        </Button>
      </div>
      <AnswersForm />
      {curlOpen && <CurlDialog onClose={() => setCurlOpen(false)} onTake={(next) => change(next)} />}
    </form>
  );
}
