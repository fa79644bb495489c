import { useEffect } from 'preact/hooks';
import { useClient } from '../../client/context';
import { money } from '../../money/money';
import { Card, Header, Scroll } from '../../ui/Page';
import { Row } from '../../ui/Row';
import { amountsHidden } from '../wallet';
import styles from './Discover.module.css';
import { discoverWords } from './words';

export function Discover({ chosen }: { chosen?: string | undefined }) {
  const client = useClient();
  const words = discoverWords.value;
  const balance = client.balance.value;
  useEffect(() => {
    // The row is as useful without the figure; the wallet itself says what went wrong.
    client.loadBalance().catch(() => undefined);
  }, [client]);
  return (
    <div class={styles.screen} data-testid="discover">
      <Header title={words.title} large />
      <Scroll>
        <Card>
          <Row
            href="/wallet"
            chosen={chosen === 'wallet'}
            icon="wallet"
            title={words.wallet}
            note={words.walletHint}
            value={balance === undefined ? '' : amountsHidden.value ? '••••' : money(balance)}
            testId="wallet-link"
          />
        </Card>
        <Card>
          <Row
            href="/discover/fairness"
            chosen={chosen === 'fairness'}
            icon="shield"
            title={words.fairness}
            note={words.fairnessHint}
          />
          <Row href="/group/new" icon="group" title={words.newGroup} note={words.groupHint} />
        </Card>
      </Scroll>
    </div>
  );
}
