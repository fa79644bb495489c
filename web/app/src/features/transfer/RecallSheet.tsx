import { useEffect, useId, useMemo, useRef } from 'preact/hooks';
import { useClient } from '../../client/context';
import type { Transfer } from '../../client/wire';
import { t } from '../../i18n/i18n';
import { explain } from '../../i18n/refusals';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Problem } from '../../ui/Problem';
import { Sheet } from '../../ui/Sheet';
import { toast } from '../../ui/toast';
import styles from './RecallSheet.module.css';
import { type Evidence, fileTypes, longestReason, mostFiles, type RecallForm, recallForm } from './recallForm';
import { transferWords } from './words';

export function RecallSheet({ transfer, onClose }: { transfer: Transfer; onClose: () => void }) {
  const client = useClient();
  const form = useMemo(() => recallForm(client, transfer.id), [client, transfer.id]);
  useEffect(() => form.end, [form]);
  const picker = useRef<HTMLInputElement>(null);
  const id = useId();
  const words = transferWords.value;
  const files = form.files.value;
  return (
    <Sheet title={words.recallTitle} onClose={onClose} stays testId="recall-sheet">
      <form
        class={styles.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (form.ready.value && (await form.submit.run())) {
            onClose();
            toast(words.recallDone);
          }
        }}
      >
        <p class={styles.intro}>{words.recallHint}</p>
        <label class={styles.label} for={`${id}r`}>
          {words.reason}
        </label>
        <textarea
          id={`${id}r`}
          class={styles.reason}
          rows={4}
          maxLength={longestReason}
          placeholder={words.reasonPlaceholder}
          value={form.reason.value}
          aria-describedby={`${id}l`}
          data-testid="recall-reason"
          onInput={(event) => {
            form.reason.value = event.currentTarget.value;
          }}
        />
        <p id={`${id}l`} class={styles.hint}>
          {words.reasonLeft(form.left.value)}
        </p>
        <p class={styles.label}>{words.evidence}</p>
        {files.length > 0 && (
          <ul class={styles.files}>
            {files.map((file) => (
              <FileRow key={file.key} file={file} form={form} />
            ))}
          </ul>
        )}
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          accept={fileTypes}
          data-testid="recall-files"
          onChange={(event) => {
            form.add([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }}
        />
        {files.length < mostFiles && (
          <Button onClick={() => picker.current?.click()}>
            <Icon name="plus" size={18} />
            {words.addFile}
          </Button>
        )}
        <p class={styles.hint}>{words.evidenceHint(megabytes(client.settings.value.fileMaxBytes))}</p>
        <Problem of={form.submit.problem.value} />
        <Button
          look="primary"
          type="submit"
          wide
          busy={form.submit.busy.value}
          disabled={!form.ready.value}
          data-testid="recall-submit"
        >
          {words.recallSubmit}
        </Button>
      </form>
    </Sheet>
  );
}

const megabytes = (bytes: number) => `${Math.floor(bytes / 1_048_576)} MB`;

function FileRow({ file, form }: { file: Evidence; form: RecallForm }) {
  const words = transferWords.value;
  const part = Math.round(file.part.value * 100);
  const problem = file.problem.value;
  const there = file.id.value !== undefined;
  return (
    <li class={styles.file} data-testid="recall-file" data-uploaded={String(there)}>
      <span class={styles.picture}>
        {file.picture ? <img src={file.picture} alt="" /> : <Icon name="file" size={22} />}
      </span>
      <span class={styles.words}>
        <span class={styles.name}>{file.name}</span>
        {problem !== undefined ? (
          <span class={styles.failed} role="alert">
            {explain(problem)}
          </span>
        ) : there ? (
          <span class={styles.there}>
            <Icon name="check" size={14} />
            <span class="visually-hidden">{words.uploaded(file.name)}</span>
          </span>
        ) : (
          <progress max={100} value={part} aria-label={words.uploading(file.name, part)} />
        )}
      </span>
      {problem !== undefined && (
        <IconButton icon="retry" size={20} label={t.value.common.retry} onClick={() => form.again(file)} />
      )}
      <IconButton icon="close" size={20} label={words.removeFile(file.name)} onClick={() => form.remove(file)} />
    </li>
  );
}
