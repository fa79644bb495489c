import { useSignal } from '@preact/signals';
import { useEffect, useId, useMemo, useRef } from 'preact/hooks';
import { useClient } from '../../client/context';
import { nameOf } from '../../client/names';
import { type Movement, MovementKind } from '../../client/wire';
import { clockTime, dayHeading } from '../../i18n/times';
import { amountInput, figures, money, signed } from '../../money/money';
import { navigate } from '../../router/router';
import { orToast } from '../../ui/action';
import { Button, IconButton } from '../../ui/Button';
import { Icon, type IconName } from '../../ui/Icon';
import { Card, Empty, Header, Scroll, SkeletonRows } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Row } from '../../ui/Row';
import { Sheet } from '../../ui/Sheet';
import { toast } from '../../ui/toast';
import { SuspensionBanner } from '../risk';
import { amountsHidden, hideAmounts } from './amountsHidden';
import { topUpForm, walletModel } from './model';
import styles from './Wallet.module.css';
import { type KindName, walletWords } from './words';

export function Wallet() {
  const client = useClient();
  const model = useMemo(() => walletModel(client), [client]);
  const topUp = useSignal(false);
  useEffect(() => {
    void orToast(client.loadBalance());
    void model.older.run();
  }, [client, model]);
  const words = walletWords.value;
  const balance = client.balance.value;
  const hidden = amountsHidden.value;
  return (
    <div class={styles.screen} data-testid="wallet">
      <Header title={words.title} back="/discover" backOnPhoneOnly />
      <Scroll narrow>
        <SuspensionBanner />
        <section class={styles.balance} aria-label={words.balance}>
          <div class={styles.balanceHead}>
            <span>{words.balance}</span>
            <IconButton
              icon={hidden ? 'eyeOff' : 'eye'}
              size={20}
              label={hidden ? words.show : words.hide}
              aria-pressed={hidden}
              onClick={() => hideAmounts(!hidden)}
            />
          </div>
          <p class={styles.figures} data-testid="balance" data-fen={hidden ? undefined : balance?.toString()}>
            {balance === undefined ? (
              <span class={styles.unknown} aria-hidden="true" />
            ) : hidden ? (
              <>
                <span aria-hidden="true">••••</span>
                <span class="visually-hidden">{words.hidden}</span>
              </>
            ) : (
              <>
                <small>¥</small>
                {figures(balance)}
              </>
            )}
          </p>
          <Button
            look="primary"
            data-testid="top-up"
            onClick={() => {
              topUp.value = true;
            }}
          >
            <Icon name="plus" size={18} />
            {words.topUp}
          </Button>
        </section>
        <Card>
          <Row href="/wallet/transfers" icon="transfer" title={words.transfers} testId="transfers-link" />
        </Card>
        <h2 class={styles.statement}>{words.statement}</h2>
        <Problem of={model.older.problem.value} />
        {!model.loaded.value && model.older.problem.value === undefined && <SkeletonRows count={4} />}
        {model.loaded.value && model.days.value.length === 0 && (
          <Empty icon="wallet" title={words.empty} hint={words.emptyHint} />
        )}
        {model.days.value.map((day) => (
          <Card key={day.key} title={dayHeading(day.key)}>
            {day.movements.map((one) => (
              <Line key={one.number} movement={one} />
            ))}
          </Card>
        ))}
        {model.loaded.value && model.more.value && (
          <p class={styles.older}>
            <Button busy={model.older.busy.value} onClick={() => void model.older.run()}>
              {words.older}
            </Button>
          </p>
        )}
      </Scroll>
      {topUp.value && (
        <TopUpSheet
          onClose={() => {
            topUp.value = false;
          }}
        />
      )}
    </div>
  );
}

const looks: Partial<Record<MovementKind, { icon: IconName; words: KindName }>> = {
  [MovementKind.TOP_UP]: { icon: 'topUp', words: 'topUp' },
  [MovementKind.PACKET_SENT]: { icon: 'packet', words: 'packetSent' },
  [MovementKind.PACKET_OPENED]: { icon: 'packet', words: 'packetOpened' },
  [MovementKind.PACKET_REFUND]: { icon: 'undo', words: 'packetRefund' },
  [MovementKind.TRANSFER_SENT]: { icon: 'transfer', words: 'transferSent' },
  [MovementKind.TRANSFER_RECEIVED]: { icon: 'transfer', words: 'transferReceived' },
  [MovementKind.TRANSFER_REFUND]: { icon: 'undo', words: 'transferRefund' },
  [MovementKind.TRANSFER_GIVEN_BACK]: { icon: 'undo', words: 'transferGivenBack' },
};

function Line({ movement }: { movement: Movement }) {
  const client = useClient();
  const words = walletWords.value;
  const look = looks[movement.kind];
  const hidden = amountsHidden.value;
  const other = movement.counterpart !== '0' ? nameOf(client, movement.counterpart) : '';
  const inside = (
    <>
      <span class={`${styles.icon} ${movement.kind === MovementKind.TOP_UP ? '' : styles.iconPacket}`}>
        <Icon name={look?.icon ?? 'wallet'} size={20} />
      </span>
      <span class={styles.words}>
        <span>{words.kinds[look?.words ?? 'other']}</span>
        <span class={styles.note}>
          {other && `${movement.amount > 0n ? words.fromName(other) : words.toName(other)} · `}
          {clockTime(Number(movement.atMs))}
        </span>
      </span>
      <span class={`${styles.amount} ${movement.amount > 0n ? styles.in : ''}`}>
        {hidden ? (
          <>
            <span aria-hidden="true">••••</span>
            <span class="visually-hidden">{words.hidden}</span>
          </>
        ) : (
          <>
            {signed(movement.amount)}
            <small class={styles.after}>{words.after(money(movement.balance))}</small>
          </>
        )}
      </span>
    </>
  );
  const place =
    movement.packet !== '0'
      ? `/wallet/p/${movement.packet}`
      : movement.transfer !== '0'
        ? `/wallet/t/${movement.transfer}`
        : undefined;
  return place ? (
    <button type="button" class={styles.line} data-testid="movement" onClick={() => navigate(place)}>
      {inside}
    </button>
  ) : (
    <div class={styles.line} data-testid="movement">
      {inside}
    </div>
  );
}

const offers = [10_000n, 20_000n, 50_000n, 100_000n];

function TopUpSheet({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const form = useMemo(() => topUpForm(client), [client]);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);
  const words = walletWords.value;
  return (
    <Sheet title={words.topUp} onClose={onClose} testId="top-up-sheet">
      <form
        class={styles.form}
        onSubmit={async (event) => {
          event.preventDefault();
          const amount = form.amount.value;
          if (await form.submit.run()) {
            onClose();
            toast(words.topUpDone(money(amount)));
          }
        }}
      >
        <label class={styles.typed} for={id}>
          <span class="visually-hidden">{words.amount}</span>
          <span aria-hidden="true">¥</span>
          <input
            ref={field}
            id={id}
            inputMode="decimal"
            autoComplete="off"
            placeholder="0.00"
            style={{ width: `${Math.max(form.typed.value.length, 4)}ch` }}
            value={form.typed.value}
            data-testid="top-up-amount"
            onInput={(event) => {
              const clean = amountInput(event.currentTarget.value);
              event.currentTarget.value = clean;
              form.type(clean);
            }}
          />
        </label>
        <div class={styles.offers}>
          {offers.map((offer) => (
            <Button key={offer.toString()} small onClick={() => form.type((offer / 100n).toString())}>
              {money(offer).replace('.00', '')}
            </Button>
          ))}
        </div>
        <p class={form.tooMuch.value ? styles.problem : styles.hint} aria-live="polite">
          {form.tooMuch.value ? words.tooMuch : words.topUpHint}
        </p>
        <Problem of={form.submit.problem.value} />
        <Button
          look="primary"
          type="submit"
          wide
          busy={form.submit.busy.value}
          disabled={form.amount.value === 0n || form.tooMuch.value}
          data-testid="top-up-submit"
        >
          {words.topUp}
        </Button>
      </form>
    </Sheet>
  );
}
