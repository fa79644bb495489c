import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useClient } from '../../client/context';
import { Icon } from '../../ui/Icon';
import styles from './TransferDetails.module.css';
import { transferWords } from './words';

/** A file that was handed in: a picture is shown, anything else can be opened. */
export function EvidenceLink({ id, number }: { id: string; number: number }) {
  const client = useClient();
  const shown = useSignal<{ address: string; picture: boolean } | undefined>(undefined);
  useEffect(() => {
    let address = '';
    let gone = false;
    client.files.download(id).then(
      (file) => {
        if (gone) return;
        address = URL.createObjectURL(file);
        shown.value = { address, picture: file.type.startsWith('image/') };
      },
      // The tile stays, without a picture: what was handed in is with the operator in any case.
      () => undefined,
    );
    return () => {
      gone = true;
      if (address) URL.revokeObjectURL(address);
    };
  }, [client, id]);
  const name = transferWords.value.openFile(number);
  const inside = shown.value?.picture ? (
    <img src={shown.value.address} alt={name} />
  ) : (
    <>
      <Icon name="file" size={24} />
      <span class="visually-hidden">{name}</span>
    </>
  );
  return shown.value ? (
    <a class={styles.file} href={shown.value.address} target="_blank" rel="noopener noreferrer" data-testid="evidence">
      {inside}
    </a>
  ) : (
    <span class={styles.file}>{inside}</span>
  );
}
