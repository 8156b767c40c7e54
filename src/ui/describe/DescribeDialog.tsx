import { useState, type ReactElement } from 'react';
import { addDescribedProxy, readProxyForm, type ProxyForm } from '#workspace/describe-proxy.ts';
import { Button } from '../kit/Button.tsx';
import { Dialog } from '../kit/Dialog.tsx';
import { Select } from '../kit/Select.tsx';
import { TextField } from '../kit/TextField.tsx';
import { useWorkspace } from '../kit/workspace-context.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Describe.module.css';

const empty: ProxyForm = { type: 'sidecar', name: '', namespace: 'default', labels: '', ports: 'http 8080' };

/** A proxy told by hand, for those who have no YAML of it at hand. */
export function DescribeDialog(): ReactElement {
  const workspace = useWorkspace();
  const messages = useMessages();
  const texts = messages.describe;
  const [form, setForm] = useState(empty);
  const [asked, setAsked] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const read = readProxyForm(form);
  const errorOf = (field: keyof typeof texts.problems): string | undefined =>
    asked && !read.ok && read.error.includes(field) ? texts.problems[field] : undefined;
  const change = (part: Partial<ProxyForm>): void => setForm({ ...form, ...part });
  const close = (): void => workspace.actions.setView({ dialog: undefined });
  const add = (): void => {
    setAsked(true);
    if (!read.ok) return;
    const added = addDescribedProxy(workspace, read.value);
    if (added.ok) close();
    else setRefusal(`${added.error.message} ${added.error.help ?? ''}`);
  };
  return (
    <Dialog
      title={texts.title}
      closeLabel={messages.common.close}
      onClose={close}
      foot={
        <Button variant="primary" onClick={add}>
          {texts.add}
        </Button>
      }
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <p className={styles.about}>{texts.about}</p>
        <Select
          label={texts.type}
          value={form.type}
          options={(['sidecar', 'router', 'waypoint'] as const).map((value) => ({ value, label: texts.types[value] }))}
          onChange={(type) => change({ type })}
        />
        <TextField label={texts.name} required value={form.name} error={errorOf('name')} onChange={(name) => change({ name })} />
        <TextField
          label={texts.namespace}
          required
          value={form.namespace}
          error={errorOf('namespace')}
          onChange={(namespace) => change({ namespace })}
        />
        <TextField
          label={texts.labels}
          placeholder={texts.labelsExample}
          hint={texts.labelsHint}
          value={form.labels}
          error={errorOf('labels')}
          onChange={(labels) => change({ labels })}
        />
        {form.type !== 'waypoint' && (
          <TextField
            label={texts.ports}
            required
            hint={texts.portsHint}
            value={form.ports}
            error={errorOf('ports')}
            onChange={(ports) => change({ ports })}
          />
        )}
        {refusal !== undefined && <p role="alert">{refusal}</p>}
        <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
      </form>
    </Dialog>
  );
}
