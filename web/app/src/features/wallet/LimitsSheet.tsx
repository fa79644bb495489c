import { useEffect } from 'preact/hooks';
import { useClient } from '../../client/context';
import { AccountLevel, type Limit } from '../../client/wire';
import { momentHeading } from '../../i18n/times';
import { money } from '../../money/money';
import { orToast } from '../../ui/orToast';
import { SkeletonRows } from '../../ui/Page';
import { Sheet } from '../../ui/Sheet';
import styles from './AmountSheet.module.css';
import { walletWords } from './words';

export function LimitsSheet({ onClose }: { onClose: () => void }) {
  const client = useClient();
  useEffect(() => void orToast(client.loadBalance()), [client]);
  const words = walletWords.value;
  const account = client.account.value;
  return (
    <Sheet title={words.limits} onClose={onClose} testId="limits-sheet">
      {account ? (
        <div class={styles.limits}>
          <p class={styles.hint}>{words.levels[levelOf(account.level)]}</p>
          <One title={words.limitSend} limit={account.send} testId="limit-send" />
          <One title={words.limitTopUp} limit={account.topUp} testId="limit-top-up" />
          <One title={words.limitWithdraw} limit={account.withdraw} testId="limit-withdraw" />
          {account.dayEndsMs > 0n && (
            <p class={styles.hint}>{words.dayEnds(momentHeading(Number(account.dayEndsMs)))}</p>
          )}
          {account.pinRequiredFrom > 0n && <p class={styles.hint}>{words.pinFrom(money(account.pinRequiredFrom))}</p>}
        </div>
      ) : (
        <SkeletonRows count={3} />
      )}
    </Sheet>
  );
}

function levelOf(level: AccountLevel): 'new' | 'ordinary' | 'verified' {
  return level === AccountLevel.VERIFIED ? 'verified' : level === AccountLevel.ORDINARY ? 'ordinary' : 'new';
}

function One({ title, limit, testId }: { title: string; limit: Limit | undefined; testId: string }) {
  const words = walletWords.value;
  if (!limit) return null;
  return (
    <section class={styles.limit} data-testid={testId} data-left={limit.left.toString()}>
      <h3>
        <span>{title}</span>
        <span>{words.leftToday(money(limit.left))}</span>
      </h3>
      <div class={styles.bar} aria-hidden="true">
        <span style={{ width: `${limit.day > 0n ? Number((limit.left * 100n) / limit.day) : 0}%` }} />
      </div>
      <p>{words.limitOf(money(limit.day), money(limit.each))}</p>
    </section>
  );
}
