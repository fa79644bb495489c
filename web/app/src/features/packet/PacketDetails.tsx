import { useEffect, useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { faceOf, nameOf, nameOrYou } from '../../client/names';
import { type Packet, PacketKind, PacketStatus } from '../../client/wire';
import { t } from '../../i18n/i18n';
import { clockTime, lengthOfTime, momentHeading } from '../../i18n/times';
import { money } from '../../money/money';
import { goBack } from '../../router/router';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { MoneyHead } from '../../ui/MoneyHead';
import { Header, Scroll, SkeletonRows } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { type DetailsModel, detailsModel } from './detailsModel';
import styles from './PacketDetails.module.css';
import { VerifyDraw } from './VerifyDraw';
import { packetWords } from './words';

export function PacketDetails({ id, back }: { id: string; back: string }) {
  const client = useClient();
  const model = useMemo(() => detailsModel(client, id), [client, id]);
  useEffect(() => model.start(), [model]);
  const packet = model.packet.value;
  return (
    <div class={styles.screen} data-testid="packet-details">
      <Header title={packetWords.value.details} back={back} backOnPhoneOnly close={() => goBack(back)} />
      <Scroll label={packetWords.value.details}>
        {packet ? (
          <Known packet={packet} model={model} />
        ) : model.load.problem.value === undefined ? (
          <SkeletonRows count={5} />
        ) : (
          <div class={styles.trouble}>
            <Problem of={model.load.problem.value} />
            <Button onClick={() => void model.load.run()}>{t.value.common.retry}</Button>
          </div>
        )}
      </Scroll>
    </div>
  );
}

function summary(packet: Packet): string {
  const words = packetWords.value;
  if (packet.status === PacketStatus.FINISHED && packet.count > 1)
    return words.allIn(lengthOfTime(Number(packet.endedAtMs - packet.createdAtMs)));
  if (packet.claimedCount === 0) return words.waiting;
  return words.takenMoney(money(packet.claimedAmount), money(packet.amount));
}

function Known({ packet, model }: { packet: Packet; model: DetailsModel }) {
  const client = useClient();
  const words = packetWords.value;
  const best = model.best.value;
  return (
    <>
      <MoneyHead
        face={faceOf(client, packet.sender)}
        name={nameOf(client, packet.sender)}
        title={t.value.packet.from(nameOrYou(client, packet.sender))}
        words={packet.greeting || t.value.packet.defaultGreeting}
        {...(packet.mine > 0n ? { amount: packet.mine, label: words.youGot, below: words.inWallet } : {})}
        given
        testId="details-mine"
      />
      <p class={styles.summary}>
        <span>
          {packet.kind === PacketKind.LUCKY
            ? t.value.packet.kinds.lucky
            : packet.kind === PacketKind.EQUAL
              ? t.value.packet.kinds.equal
              : t.value.packet.kinds.named}
          {' · '}
          {words.taken(packet.claimedCount, packet.count)}
        </span>
        <span>{summary(packet)}</span>
      </p>
      {packet.claims.length > 0 && (
        <ul class={styles.claims} data-testid="claims">
          {packet.claims.map((claim) => (
            <li key={claim.index} class={styles.claim}>
              <Avatar face={faceOf(client, claim.user)} name={nameOf(client, claim.user)} size={44} />
              <span class={styles.who}>
                <span>{nameOrYou(client, claim.user)}</span>
                <time dateTime={new Date(Number(claim.atMs)).toISOString()}>{clockTime(Number(claim.atMs))}</time>
              </span>
              <span class={styles.share}>
                <span>{money(claim.amount)}</span>
                {claim.index === best && (
                  <span class={styles.best} data-testid="best-luck">
                    <Icon name="crown" size={14} />
                    {words.best}
                  </span>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {packet.refunded > 0n && <p class={styles.refund}>{words.refundedAmount(money(packet.refunded))}</p>}
      {!model.ended.value && packet.expiresAtMs > 0 && (
        <p class={styles.refund}>{words.ends(momentHeading(Number(packet.expiresAtMs)))}</p>
      )}
      {packet.kind === PacketKind.LUCKY && <VerifyDraw packet={packet} model={model} />}
    </>
  );
}
