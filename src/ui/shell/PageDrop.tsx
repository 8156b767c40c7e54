import { useEffect, useState, type ReactElement } from 'react';
import { Icon } from '../kit/Icon.tsx';
import { useMessages } from '../messages/messages-context.ts';
import { addFiles, addText } from './add-files.ts';
import styles from './PageDrop.module.css';
import { useApp } from './shell-context.ts';

/** The whole page takes files by drop and by paste, and pasted text unless one is typing. */
export function PageDrop(): ReactElement | null {
  const app = useApp();
  const { shell } = useMessages();
  const [over, setOver] = useState(false);

  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const dragOver = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const dragLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      void addFiles(app, [...(event.dataTransfer?.files ?? [])]);
    };
    const paste = (event: ClipboardEvent): void => {
      const target = event.target instanceof Element ? event.target : undefined;
      const typing = target?.closest('input, textarea, [contenteditable], [role=textbox], dialog, .monaco-editor') ?? undefined;
      if (event.defaultPrevented || typing !== undefined) return;
      const files = [...(event.clipboardData?.files ?? [])];
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (files.length > 0) void addFiles(app, files);
      else if (text.trim() !== '') addText(app, text);
      else return;
      event.preventDefault();
    };
    window.addEventListener('dragover', dragOver);
    window.addEventListener('dragleave', dragLeave);
    window.addEventListener('drop', drop);
    document.addEventListener('paste', paste);
    return () => {
      window.removeEventListener('dragover', dragOver);
      window.removeEventListener('dragleave', dragLeave);
      window.removeEventListener('drop', drop);
      document.removeEventListener('paste', paste);
    };
  }, [app]);

  if (!over) return null;
  return (
    <div className={styles.drop}>
      <div className={styles.box}>
        <Icon name="upload" size={24} />
        <p>{shell.drop}</p>
      </div>
    </div>
  );
}
