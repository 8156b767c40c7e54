import { useState } from 'react';
import type { ReactElement } from 'react';
import { readRequestText } from '#workspace/request-text.ts';
import type { PreviewRequest } from '#workspace/workspace.ts';
import { Button } from '../kit/Button.tsx';
import { Dialog } from '../kit/Dialog.tsx';
import { TextField } from '../kit/TextField.tsx';
import styles from './Preview.module.css';
import { useMessages } from '../messages/messages-context.ts';

interface CurlDialogProps {
  readonly onClose: () => void;
  readonly onTake: (request: PreviewRequest) => void;
}

/** A curl command becomes the request; one that is not tells why and stays as typed. */
export function CurlDialog({ onClose, onTake }: CurlDialogProps): ReactElement {
  const messages = useMessages();
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const take = (): void => {
    const read = readRequestText(text);
    if (!read.ok) {
      setError(read.error.help === undefined ? read.error.message : `${read.error.message} ${read.error.help}`);
      return;
    }
    onTake(read.value);
    onClose();
  };
  return (
    <Dialog
      title={messages.preview.curlTitle}
      closeLabel={messages.common.close}
      onClose={onClose}
      foot={
        <Button variant="primary" onClick={take}>
          {messages.preview.curlTake}
        </Button>
      }
    >
      <div className={styles.dialog}>
        <TextField
          label={messages.preview.curlLabel}
          mono
          multiline={6}
          value={text}
          onChange={setText}
          error={error}
          placeholder={messages.preview.curlExample}
        />
      </div>
    </Dialog>
  );
}
