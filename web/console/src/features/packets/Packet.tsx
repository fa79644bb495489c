import { money } from '@laisee/app/money';
import { type Packet as Found, packet } from '../../api/packets';
import { t } from '../../i18n/i18n';
import { lengthOfTime, wholeTime } from '../../i18n/times';
import { Table } from '../../list/Table';
import { Link } from '../../router/router';
import { api } from '../../session/session';
import { Icon } from '../../ui/Icon';
import { Columns, Empty, Facts, Page, Panel, Skeleton, Stack } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag, type Tone } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import { useLoad } from '../../ui/useLoad';
import { bestLuck, checkDraw, leftOver } from './packetModel';
import styles from './packets.module.css';

const tones: Record<string, Tone> = {
  OPEN: 'good',
  FUNDED: 'warn',
  FINISHED: 'calm',
  EXPIRED: 'warn',
  REFUNDED: 'bad',
};

export function Packet({ id }: { id: string }) {
  const loaded = useLoad(id, () => packet(api.value, id));
  const words = t.value.packets;
  const found = loaded.value.value;
  const back = { href: '/packets', label: t.value.areas.packets };
  if (!found)
    return (
      <Page title={words.packet} back={back} note={<code>{id}</code>}>
        {loaded.problem.value === undefined ? <Skeleton /> : <Problem of={loaded.problem.value} again={loaded.again} />}
      </Page>
    );
  const best = bestLuck(found);
  return (
    <Page
      back={back}
      title={`${words.kinds[found.kind] ?? found.kind} · ${money(found.amount)}`}
      note={found.greeting ? `“${found.greeting}”` : undefined}
      actions={<Tag tone={tones[found.status] ?? 'calm'}>{words.statuses[found.status] ?? found.status}</Tag>}
    >
      <Columns>
        <Stack>
          <Panel title={words.life}>
            <Facts
              of={[
                [words.id, <code key="id">{found.id}</code>],
                [
                  words.sender,
                  <Link key="sender" href={`/users/${found.sender}`}>
                    {found.sender}
                  </Link>,
                ],
                [words.sent, wholeTime(found.createdAt)],
                [words.expires, wholeTime(found.expiresAt)],
                found.endedAt > 0 && [
                  words.ended,
                  `${wholeTime(found.endedAt)} (${words.after(lengthOfTime(found.endedAt - found.createdAt))})`,
                ],
                [words.shares, words.sharesOf(found.claimedCount, found.count)],
              ]}
            />
          </Panel>
          <Panel title={words.money}>
            <Facts
              of={[
                [words.putIn, money(found.amount)],
                [words.claimed, money(found.claimedAmount)],
                [words.refunded, money(found.refunded)],
                [words.left, money(leftOver(found))],
              ]}
            />
          </Panel>
          <Draw of={found} />
        </Stack>
        <Panel title={words.claims} flush>
          {found.claims.length === 0 ? (
            <Empty icon="packets" title={words.noClaims} />
          ) : (
            <Table
              label={words.claims}
              rows={found.claims}
              id={({ index }) => String(index)}
              columns={[
                {
                  id: 'user',
                  head: words.who,
                  cell: ({ user, index }) => (
                    <>
                      <Link href={`/users/${user}`}>{user}</Link>{' '}
                      {index === best && <Tag tone="warn">{words.best}</Tag>}
                    </>
                  ),
                },
                { id: 'order', head: words.order, end: true, cell: ({ index }) => index + 1 },
                { id: 'amount', head: words.share, end: true, cell: ({ amount }) => <b>{money(amount)}</b> },
                { id: 'at', head: words.when, cell: ({ at }) => <Time at={at} /> },
              ]}
            />
          )}
        </Panel>
      </Columns>
    </Page>
  );
}

function Draw({ of }: { of: Found }) {
  const words = t.value.packets;
  const check = checkDraw(of);
  const fair = check.verdict === 'checked' && check.fair;
  const hidden = check.verdict === 'secret-hidden';
  return (
    <Panel title={words.draw} note={words.drawNote}>
      <p
        class={`${styles.verdict} ${fair ? styles.fair : hidden ? '' : styles.unfair}`}
        data-testid="draw"
        data-fair={fair}
      >
        <Icon name={fair ? 'check' : hidden ? 'packets' : 'alert'} />
        {fair ? words.fair : hidden ? words.hidden : words.unfair}
      </p>
      <Facts
        of={[
          [words.commitment, <code key="commitment">{of.commitment}</code>],
          of.secret !== '' && [words.secret, <code key="secret">{of.secret}</code>],
          check.verdict === 'checked' && [words.sealFits, check.sealFits ? words.yes : words.no],
          check.verdict === 'checked' && [words.sharesFit, check.sharesFit ? words.yes : words.no],
        ]}
      />
    </Panel>
  );
}
