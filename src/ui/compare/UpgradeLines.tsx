import type { ReactElement } from 'react';
import { formatRef } from '#envoy/provenance.ts';
import type { Upgrade } from '#workspace/upgrade.ts';
import { useMessages } from '../messages/messages-context.ts';
import styles from './Compare.module.css';

/** Lines about what the other istiod does with the resources: plugins and patches that land no longer, and changes of behaviour. */
export function UpgradeLines({ upgrade }: { readonly upgrade: Upgrade }): ReactElement {
  const { compare: words } = useMessages();
  return (
    <>
      {upgrade.landings.map(({ resource, patch, now, because }) => (
        <li key={`${formatRef(resource)} ${patch ?? ''}`} className={styles.line} data-kind={now === 'lands' ? 'added' : 'removed'}>
          <span className={styles.sign} aria-hidden="true">
            {now === 'lands' ? '+' : '−'}
          </span>
          <div className={styles.what}>
            <p>
              <strong>{words.landing(formatRef(resource), patch, now)}</strong>
            </p>
            <p className={styles.place}>{because}</p>
          </div>
        </li>
      ))}
      {upgrade.notes.map(({ code, since, text, advice, source, resources }) => (
        <li key={code} className={styles.line} data-kind="changed" data-tip={source}>
          <span className={styles.sign} aria-hidden="true">
            !
          </span>
          <div className={styles.what}>
            <p>
              <strong>{words.since(since)}</strong> {text} {advice}
            </p>
            <p className={styles.place}>{words.concerns(resources.map(formatRef))}</p>
          </div>
        </li>
      ))}
    </>
  );
}
