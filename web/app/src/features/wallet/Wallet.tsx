import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useClient } from '../../client/context';
import { TransferStatus } from '../../client/wire';
import { figures, money } from '../../money/money';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { orToast } from '../../ui/orToast';
import { Card, Header, Scroll } from '../../ui/Page';
import { Row } from '../../ui/Row';
import { PinFlowSheet } from '../pin';
import { SuspensionBanner } from '../risk';
import { amountsHidden, hideAmounts } from './amountsHidden';
import { Hidden } from './Hidden';
import { LimitsSheet } from './LimitsSheet';
import { Statement } from './Statement';
import { TopUpSheet } from './TopUpSheet';
import styles from './Wallet.module.css';
import { WithdrawSheet } from './WithdrawSheet';
import { walletWords } from './words';

type Open = 'topUp' | 'withdraw' | 'limits' | 'pin' | undefined;

export function Wallet() {
  const client = useClient();
  const open = useSignal<Open>(undefined);
  const show = (what: Open) => () => {
    open.value = what;
  };
  const close = show(undefined);
  const recent = useSignal<readonly string[]>([]);
  useEffect(() => {
    void orToast(client.loadBalance());
    // The statement says of the newest when they arrive; without it, it says less.
    client.transfers.list('0', 50).then(
      ({ transfers }) => {
        recent.value = transfers.map(({ id }) => id);
      },
      () => undefined,
    );
  }, [client]);
  const me = client.me.value.id;
  const toAccept = recent.value.filter((id) => {
    const transfer = client.transfer(id);
    return transfer?.status === TransferStatus.ARRIVED && transfer.receiver === me;
  }).length;
  const words = walletWords.value;
  const account = client.account.value;
  const pinSet = account?.pin?.set;
  return (
    <div class={styles.screen} data-testid="wallet">
      <Header title={words.title} back="/discover" backOnPhoneOnly />
      <Scroll narrow>
        <SuspensionBanner />
        <Balance onTopUp={show('topUp')} onWithdraw={show('withdraw')} />
        <Card>
          <Row
            href="/wallet/transfers"
            icon="transfer"
            title={words.transfers}
            {...(toAccept > 0 ? { value: <b class={styles.toAccept}>{words.toAccept(toAccept)}</b> } : {})}
            testId="transfers-link"
          />
          <Row href="/wallet/orders" icon="withdraw" title={words.orders} testId="orders-link" />
          <Row icon="limits" title={words.limits} testId="limits-link" onClick={show('limits')} />
          <Row
            icon="lock"
            title={words.pin}
            value={pinSet === undefined ? '' : pinSet ? words.pinSet : words.pinNotSet}
            testId="pin-link"
            onClick={show('pin')}
          />
        </Card>
        <Statement />
      </Scroll>
      {open.value === 'topUp' && <TopUpSheet onClose={close} />}
      {open.value === 'withdraw' && <WithdrawSheet onClose={close} />}
      {open.value === 'limits' && <LimitsSheet onClose={close} />}
      {open.value === 'pin' && <PinFlowSheet purpose={pinSet ? 'change' : 'set'} onClose={close} />}
    </div>
  );
}

function Balance({ onTopUp, onWithdraw }: { onTopUp: () => void; onWithdraw: () => void }) {
  const client = useClient();
  const words = walletWords.value;
  const balance = client.balance.value;
  const held = client.account.value?.held ?? 0n;
  const hidden = amountsHidden.value;
  return (
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
          <Hidden />
        ) : (
          <>
            <small>¥</small>
            {figures(balance)}
          </>
        )}
      </p>
      {held > 0n && (
        <p class={styles.held} data-testid="held" data-fen={hidden ? undefined : held.toString()}>
          <Icon name="clock" size={16} />
          {hidden ? words.heldHidden : words.held(money(held))}
        </p>
      )}
      <div class={styles.balanceDeeds}>
        <Button look="primary" data-testid="top-up" onClick={onTopUp}>
          <Icon name="plus" size={18} />
          {words.topUp}
        </Button>
        <Button data-testid="withdraw" onClick={onWithdraw}>
          {words.withdraw}
        </Button>
      </div>
    </section>
  );
}
