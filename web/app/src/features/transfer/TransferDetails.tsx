import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { faceOf, nameOf } from '../../client/names';
import { type Transfer, TransferStatus } from '../../client/wire';
import { t } from '../../i18n/i18n';
import { momentHeading } from '../../i18n/times';
import { money } from '../../money/money';
import { goBack } from '../../router/router';
import { action } from '../../ui/action';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Confirm';
import { Icon } from '../../ui/Icon';
import { MoneyHead } from '../../ui/MoneyHead';
import { Header, Scroll, SkeletonRows } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { toast } from '../../ui/toast';
import { EvidenceLink } from './EvidenceLink';
import { RecallSheet } from './RecallSheet';
import styles from './TransferDetails.module.css';
import { cardState, deeds, life } from './transferState';
import { transferWords } from './words';

export function TransferDetails({ id, back }: { id: string; back: string }) {
  const client = useClient();
  const load = useMemo(() => action(async () => void (await client.transfers.get(id))), [client, id]);
  useEffect(() => void load.run(), [load]);
  const transfer = client.transfer(id);
  const words = transferWords.value;
  return (
    <div
      class={styles.screen}
      data-testid="transfer-details"
      data-state={transfer && stateOf(client.me.value.id, transfer)}
    >
      <Header title={words.details} back={back} backOnPhoneOnly close={() => goBack(back)} />
      <Scroll label={words.details}>
        {transfer ? (
          <Known transfer={transfer} />
        ) : load.problem.value === undefined ? (
          <SkeletonRows count={4} />
        ) : (
          <div class={styles.trouble}>
            <Problem of={load.problem.value} />
            <Button onClick={() => void load.run()}>{t.value.common.retry}</Button>
          </div>
        )}
      </Scroll>
    </div>
  );
}

/** How it stands, in one line; nothing where a notice or a button says so already. */
function stands(transfer: Transfer, me: string): string {
  const state = cardState(transfer, me);
  const words = t.value.transfer.card;
  if (state === 'frozen' || state === 'toAccept') return '';
  return state === 'pending' ? words.pending(momentHeading(Number(transfer.arrivesAtMs))) : words[state];
}

const stateOf = (me: string, transfer: Transfer) => cardState(transfer, me);

function Known({ transfer }: { transfer: Transfer }) {
  const client = useClient();
  const words = transferWords.value;
  const me = client.me.value.id;
  const mine = transfer.sender === me;
  const other = mine ? transfer.receiver : transfer.sender;
  const frozen = transfer.status === TransferStatus.FROZEN;
  return (
    <>
      <MoneyHead
        face={faceOf(client, other)}
        name={nameOf(client, other)}
        title={mine ? words.to(nameOf(client, other)) : words.from(nameOf(client, other))}
        words={transfer.note}
        amount={transfer.amount}
        below={stands(transfer, me)}
        testId="transfer-fen"
      />
      {frozen && (
        <p class={styles.frozen} role="status">
          <Icon name="lock" size={20} />
          {mine ? words.frozenSender : words.frozenReceiver}
        </p>
      )}
      <Deeds transfer={transfer} other={nameOf(client, other)} />
      <ol class={styles.life} data-testid="transfer-life">
        {life(transfer).map(({ step, atMs, done }) => (
          <li key={step} class={done ? styles.done : ''} data-step={step}>
            <span>{words.steps[step]}</span>
            {atMs > 0 && <time dateTime={new Date(atMs).toISOString()}>{momentHeading(atMs)}</time>}
          </li>
        ))}
      </ol>
      <Recalled transfer={transfer} mine={mine} />
    </>
  );
}

function Deeds({ transfer, other }: { transfer: Transfer; other: string }) {
  const client = useClient();
  const words = transferWords.value;
  const asking = useSignal<'return' | 'giveBack' | 'recall' | undefined>(undefined);
  const accept = useMemo(
    () =>
      action(async () => {
        await client.transfers.accept(transfer.id);
        toast(words.accepted(money(transfer.amount)));
      }),
    [client, transfer.id],
  );
  const giveBack = useMemo(
    () =>
      action(async () => {
        await client.transfers.return(transfer.id);
        toast(words.returnedDone);
      }),
    [client, transfer.id],
  );
  const close = () => {
    asking.value = undefined;
  };
  const can = deeds(transfer, client.me.value.id);
  const returning = asking.value === 'return' || asking.value === 'giveBack' ? asking.value : undefined;
  return (
    <div class={styles.deeds}>
      {can.map((deed) =>
        deed === 'accept' ? (
          <Button
            key={deed}
            look="primary"
            wide
            busy={accept.busy.value}
            data-testid="transfer-accept"
            onClick={() => void accept.run()}
          >
            {words.accept}
          </Button>
        ) : (
          <Button
            key={deed}
            wide
            data-testid={deed === 'recall' ? 'transfer-recall' : 'transfer-return'}
            onClick={() => {
              asking.value = deed;
            }}
          >
            {words[deed]}
          </Button>
        ),
      )}
      <Problem of={accept.problem.value} />
      {can.includes('accept') && (
        <p class={styles.hint}>{words.acceptHint(momentHeading(Number(transfer.acceptByMs)))}</p>
      )}
      {returning && (
        <Confirm
          title={words.returnSure(money(transfer.amount))}
          hint={returning === 'return' ? words.returnHint(other) : words.giveBackHint(other)}
          yes={words[returning]}
          work={giveBack}
          onClose={close}
        />
      )}
      {asking.value === 'recall' && <RecallSheet transfer={transfer} onClose={close} />}
    </div>
  );
}

/** What was asked and decided: all of it for the sender, the outcome for the receiver. */
function Recalled({ transfer, mine }: { transfer: Transfer; mine: boolean }) {
  const words = transferWords.value;
  const { recall } = transfer;
  if (!recall || (!recall.reason && !recall.decisionReason)) return null;
  return (
    <dl class={styles.recall} data-testid="transfer-recalled">
      {mine && recall.reason && (
        <>
          <dt>{words.yourReason}</dt>
          <dd>{recall.reason}</dd>
        </>
      )}
      {mine && recall.evidence.length > 0 && (
        <>
          <dt>{words.evidence}</dt>
          <dd class={styles.files}>
            {recall.evidence.map((file, index) => (
              <EvidenceLink key={file} id={file} number={index + 1} />
            ))}
          </dd>
        </>
      )}
      {recall.decisionReason && (
        <>
          <dt>{words.decided}</dt>
          <dd>{recall.decisionReason}</dd>
        </>
      )}
    </dl>
  );
}
