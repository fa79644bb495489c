import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { DrawSteps } from '../../client/client';
import { useClient } from '../../client/context';
import { faceOf, nameOf } from '../../client/names';
import type { Claim } from '../../client/wire';
import { figures, money } from '../../money/money';
import { reduceMotion } from '../../theme/theme';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Seal } from '../../ui/Seal';
import styles from './DrawStory.module.css';
import { type Column, columnsOf } from './drawColumns';
import { drawWords } from './drawWords';

export const stages = ['sealed', 'cut', 'shuffled', 'opened'] as const;
export type Stage = (typeof stages)[number];

/** So long each stage stays when the story plays by itself: the columns have come to rest, and the words are read. */
const stageMs = 3200;
/** Above this many, figures and faces under the columns would be too narrow to be read. */
const mostLabels = 6;

type StoryProps = {
  steps: DrawSteps;
  amount: bigint;
  /** Hex. */
  commitment: string;
  claims: readonly Claim[];
};

/** A draw as a picture in four stages: sealed, cut, shuffled, opened. Plays once by itself, then waits for hands. */
export function DrawStory({ steps, amount, commitment, claims }: StoryProps) {
  const columns = useMemo(() => columnsOf(steps, claims), [steps, claims]);
  const at = useSignal(reduceMotion() ? stages.length - 1 : 0);
  const plays = useSignal(!reduceMotion());
  useEffect(() => {
    if (!plays.value || at.value >= stages.length - 1) return;
    const timer = setTimeout(() => {
      at.value++;
    }, stageMs);
    return () => clearTimeout(timer);
  }, [at.value, plays.value]);

  const words = drawWords.value;
  const stage = stages[at.value] ?? 'opened';
  const show = (index: number) => {
    plays.value = false;
    at.value = index;
  };
  const [title, text] = words.stages[stage](money(amount), columns.length);
  return (
    <div class={styles.story} data-testid="draw-story" data-stage={stage}>
      <Picture columns={columns} stage={stage} amount={amount} commitment={commitment} />
      <ol class={styles.steps} aria-label={words.stepsLabel}>
        {stages.map((one, index) => (
          <li key={one}>
            <button
              type="button"
              aria-current={index === at.value ? 'step' : undefined}
              data-testid={`draw-stage-${one}`}
              onClick={() => show(index)}
            >
              {words.short[one]}
            </button>
          </li>
        ))}
      </ol>
      <div class={styles.words} aria-live="polite">
        <h3>{title}</h3>
        <p>{text}</p>
      </div>
      {at.value === stages.length - 1 && !reduceMotion() && (
        <Button
          small
          onClick={() => {
            at.value = 0;
            plays.value = true;
          }}
        >
          <Icon name="retry" size={16} />
          {words.again}
        </Button>
      )}
    </div>
  );
}

type PictureProps = { columns: readonly Column[]; stage: Stage; amount: bigint; commitment: string };

function Picture({ columns, stage, amount, commitment }: PictureProps) {
  const client = useClient();
  const words = drawWords.value;
  const count = Math.max(1, columns.length);
  let largest = 1n;
  for (const { share } of columns) if (share > largest) largest = share;
  const height = (fen: bigint) => Math.min(100, Number((fen * 1000n) / largest) / 10);
  const labelled = columns.length <= mostLabels;
  const first = columns[0];
  return (
    <div
      class={styles.picture}
      role="img"
      aria-label={words.picture[stage](money(amount), columns.length)}
      data-stage={stage}
      style={{ '--count': count }}
    >
      <div class={styles.whole}>
        <Seal size={36} />
        <span>
          <small>¥</small>
          {figures(amount)}
        </span>
        <code>
          {commitment.slice(0, 8)} … {commitment.slice(-8)}
        </code>
      </div>
      {columns.map((one) => (
        <div
          key={one.cut}
          class={`${styles.column} ${look(one)}`}
          style={{ '--at': stage === 'cut' ? one.cut : one.slot, '--cut': one.cut }}
        >
          <span
            class={styles.range}
            style={{ bottom: `${height(one.low)}%`, height: `${height(one.high - one.low)}%` }}
          />
          <span class={styles.bar} style={{ height: `${Math.max(2, height(one.share))}%` }}>
            {labelled && <span class={styles.figures}>{figures(one.share)}</span>}
          </span>
          {labelled && (
            <span class={styles.foot}>
              {stage === 'opened' && one.claim ? (
                <Avatar face={faceOf(client, one.claim.user)} name={nameOf(client, one.claim.user)} size={28} />
              ) : (
                <span class={styles.number}>{(stage === 'cut' ? one.cut : one.slot) + 1}</span>
              )}
            </span>
          )}
        </div>
      ))}
      {!labelled && first && <span class={styles.edges}>{words.edges(stage, columns.length)}</span>}
    </div>
  );
}

function look({ matches, best }: Column): string {
  if (matches === false) return styles.differs ?? '';
  if (matches === undefined) return styles.left ?? '';
  return (best ? styles.best : styles.taken) ?? '';
}
