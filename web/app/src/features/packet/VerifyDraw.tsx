import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useClient } from '../../client/context';
import { nameOrYou } from '../../client/names';
import type { Packet } from '../../client/wire';
import { money } from '../../money/money';
import { action } from '../../ui/action';
import { Button } from '../../ui/Button';
import { download } from '../../ui/download';
import { Icon } from '../../ui/Icon';
import { Problem } from '../../ui/Problem';
import { toast } from '../../ui/toast';
import { DrawStory } from './DrawStory';
import type { DetailsModel } from './detailsModel';
import { columnsOf } from './drawColumns';
import { drawWords } from './drawWords';
import styles from './VerifyDraw.module.css';
import { packetWords } from './words';

/** Draws a packet again in this browser, shows how, and says whether everybody got what was drawn. */
export function VerifyDraw({ packet, model }: { packet: Packet; model: DetailsModel }) {
  const words = packetWords.value;
  const check = model.check.value;
  const result = useRef<HTMLParagraphElement>(null);
  // The button gives way to the answer: whoever pressed it by keyboard goes on from there.
  useEffect(() => {
    if (check) result.current?.focus({ preventScroll: true });
  }, [check]);
  return (
    <section class={styles.verify} aria-label={words.verify}>
      <h2>
        <Icon name="shield" size={20} />
        {words.verify}
      </h2>
      {!packet.secret ? (
        <>
          <p>{words.verifyWait}</p>
          <Hex label={words.verifySteps[0] ?? ''} value={packet.commitment} />
        </>
      ) : (
        <>
          <p>{words.verifyIntro}</p>
          <Hex label={words.verifySteps[0] ?? ''} value={packet.commitment} />
          <Hex label={words.verifySteps[1] ?? ''} value={packet.secret} />
          {!check && (
            <Button
              onClick={() => void model.verify.run()}
              busy={model.verify.busy.value}
              wide
              data-testid="verify-draw"
            >
              {words.verifyRun}
            </Button>
          )}
          <Problem of={model.verify.problem.value} />
          <div role="status">
            {check && (
              <p
                class={check.fair ? styles.good : styles.bad}
                ref={result}
                tabIndex={-1}
                data-testid="verify-result"
                data-fair={String(check.fair)}
              >
                <Icon name={check.fair ? 'check' : 'alert'} size={20} />
                {check.fair ? words.verifyGood : check.sealFits ? words.verifyBadShares : words.verifyBadSeal}
              </p>
            )}
          </div>
          {check && check.steps.cuts.length > 0 && (
            <>
              <DrawStory
                steps={check.steps}
                amount={packet.amount}
                commitment={check.commitment}
                claims={packet.claims}
              />
              <Numbers packet={packet} model={model} />
              <Proof packet={packet} />
            </>
          )}
        </>
      )}
    </section>
  );
}

function Hex({ label, value }: { label: string; value: string }) {
  return (
    <dl class={styles.hex}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </dl>
  );
}

function Proof({ packet }: { packet: Packet }) {
  const client = useClient();
  const save = useMemo(
    () =>
      action(async () => {
        const proof = await client.exportPacket(packet.id);
        download(`laisee-packet-${packet.id}.json`, 'application/json', proof);
        toast(drawWords.value.exported);
      }),
    [client, packet.id],
  );
  const words = drawWords.value;
  return (
    <div class={styles.proof}>
      <Button wide busy={save.busy.value} onClick={() => void save.run()} data-testid="export-packet">
        <Icon name="download" size={18} />
        {words.export}
      </Button>
      <Problem of={save.problem.value} />
      <p>{words.exportHint}</p>
    </div>
  );
}

/** Every share with all that it follows from, for whoever wants to do the sums. */
function Numbers({ packet, model }: { packet: Packet; model: DetailsModel }) {
  const client = useClient();
  const check = model.check.value;
  const columns = useMemo(() => (check ? columnsOf(check.steps, packet.claims) : []), [check, packet.claims]);
  const words = packetWords.value;
  const draw = drawWords.value;
  return (
    <details class={styles.numbers} data-testid="draw-numbers">
      <summary>{draw.numbers}</summary>
      <ol aria-label={words.verifySteps[2]}>
        {columns.map((one) => (
          <li key={one.slot} data-testid="draw-number">
            <span class={styles.who}>
              {draw.nth(one.slot + 1)}
              {one.claim && ` · ${nameOrYou(client, one.claim.user)}`}
            </span>
            <span class={styles.share}>{money(one.share)}</span>
            <span class={styles.how}>
              {draw.cutOf(one.cut + 1, money(one.rest))}
              <br />
              {one.low === one.high ? draw.theRest : draw.between(money(one.low), money(one.high))}
            </span>
            <span class={one.matches === false ? styles.differs : styles.fits}>
              {one.matches === undefined ? words.unclaimed : one.matches ? words.matches : words.differs}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
