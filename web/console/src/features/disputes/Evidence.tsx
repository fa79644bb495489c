import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { type EvidenceFile, evidence } from '../../api/disputes';
import { t } from '../../i18n/i18n';
import { count } from '../../i18n/times';
import { api } from '../../session/session';
import { Icon } from '../../ui/Icon';
import { Problem } from '../../ui/Problem';
import styles from './disputes.module.css';

/** Pictures are shown, everything else can be opened. The bytes come with the operator's token, so they are held here. */
export function Evidence({ dispute, files }: { dispute: string; files: readonly EvidenceFile[] }) {
  return (
    <ul class={styles.files}>
      {files.map((file) => (
        <File key={file.id} dispute={dispute} of={file} />
      ))}
    </ul>
  );
}

function File({ dispute, of }: { dispute: string; of: EvidenceFile }) {
  const address = useSignal<string | undefined>(undefined);
  const problem = useSignal<unknown>(undefined);
  useEffect(() => {
    let made: string | undefined;
    let gone = false;
    evidence(api.value, dispute, of.id).then(
      (bytes) => {
        if (gone) return;
        // The type is the one the server found out from the bytes, never what the uploader said.
        made = URL.createObjectURL(new Blob([bytes], { type: of.type }));
        address.value = made;
      },
      (reason) => {
        problem.value = reason;
      },
    );
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [of.id]);
  const picture = of.type.startsWith('image/');
  const size = t.value.disputes.size(count(Math.max(1, Math.round(of.bytes / 1000))));
  return (
    <li class={styles.file} data-testid="evidence">
      {problem.value !== undefined && <Problem of={problem.value} />}
      <a href={address.value} target="_blank" rel="noopener" class={styles.open}>
        {picture && address.value ? (
          <img src={address.value} alt={of.name || t.value.disputes.evidence} />
        ) : (
          <span class={styles.blank} aria-busy={picture && problem.value === undefined}>
            <Icon name="file" size={28} />
          </span>
        )}
        <span class={styles.fileName}>
          {of.name || of.id} <small>{size}</small>
        </span>
      </a>
    </li>
  );
}
