import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { drawCommitment, drawSteps } from '../../client/draw';
import { PacketKind } from '../../client/wire';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Header, Scroll } from '../../ui/Page';
import { DrawStory } from '../packet';
import styles from './Discover.module.css';
import { discoverWords } from './words';

export function Fairness() {
  const words = discoverWords.value;
  return (
    <div class={styles.screen} data-testid="fairness">
      <Header title={words.fairness} back="/discover" backOnPhoneOnly />
      <Scroll narrow label={words.fairness}>
        <Sample />
        <ol class={styles.steps}>
          {words.fairnessSteps.map(([title, text], index) => (
            <li key={title}>
              <span class={styles.number} aria-hidden="true">
                {index + 1}
              </span>
              <div>
                <h2>{title}</h2>
                <p>{text}</p>
              </div>
            </li>
          ))}
        </ol>
      </Scroll>
    </div>
  );
}

const terms = { kind: PacketKind.LUCKY, amount: 6660n, count: 6, shareMin: 1n, shareMax: 20_000n };

/** The real draw, made here with a secret of nobody's. */
function Sample() {
  const words = discoverWords.value;
  const round = useSignal(0);
  const sample = useMemo(() => {
    const secret = crypto.getRandomValues(new Uint8Array(32));
    return { steps: drawSteps(secret, terms), commitment: drawCommitment(secret, terms) };
  }, [round.value]);
  return (
    <section class={styles.sample} aria-label={words.sample}>
      <div class={styles.sampleHead}>
        <h2>{words.sample}</h2>
        <Button
          small
          data-testid="another-draw"
          onClick={() => {
            round.value++;
          }}
        >
          <Icon name="retry" size={16} />
          {words.another}
        </Button>
      </div>
      <DrawStory key={round.value} {...sample} amount={terms.amount} claims={nobody} />
    </section>
  );
}

const nobody: [] = [];
