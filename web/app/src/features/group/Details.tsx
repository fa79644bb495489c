import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { isGroup } from '../../client/names';
import { t } from '../../i18n/i18n';
import { goBack, navigate } from '../../router/router';
import { Avatar, GroupAvatar } from '../../ui/Avatar';
import { Button, IconButton } from '../../ui/Button';
import { Confirm } from '../../ui/Confirm';
import { orToast } from '../../ui/orToast';
import { Card, Header, Scroll, SkeletonRows } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Row } from '../../ui/Row';
import { Sheet } from '../../ui/Sheet';
import { Switch } from '../../ui/Switch';
import { PersonCard } from '../contacts';
import { FriendPicker } from './FriendPicker';
import styles from './group.module.css';
import { detailsModel, longestTitle } from './model';
import { TextSheet } from './TextSheet';
import { groupWords } from './words';

type Open = 'rename' | 'announce' | 'add' | 'leave' | 'remove' | undefined;

/** What belongs to a conversation: its people and its settings. */
export function ConversationDetails({ id }: { id: string }) {
  const client = useClient();
  const model = useMemo(() => detailsModel(client, id), [client, id]);
  const open = useSignal<Open>(undefined);
  const conversation = model.conversation.value;
  const group = conversation ? isGroup(conversation) : false;
  const revision = conversation?.revision;
  useEffect(() => {
    if (group) void model.load.run();
  }, [model, group, revision]);
  const words = groupWords.value;
  const back = `/c/${id}`;
  const close = () => {
    open.value = undefined;
  };
  if (!conversation) return null;
  const owner = model.owner.value;
  const members = model.members.value;
  return (
    <div class={styles.screen} data-testid="details">
      <Header
        title={group ? words.details : t.value.conversation.details}
        back={back}
        backOnPhoneOnly
        close={() => goBack(back)}
      />
      <Scroll>
        {!group && <PersonCard id={conversation.peer} />}
        {group && (
          <>
            <div class={styles.top}>
              <GroupAvatar title={conversation.title} seed={id} size={72} />
              <p class={styles.name}>
                {conversation.title}
                {owner && conversation.member && (
                  <IconButton
                    icon="edit"
                    size={18}
                    label={words.rename}
                    onClick={() => {
                      open.value = 'rename';
                    }}
                  />
                )}
              </p>
            </div>
            <Card title={words.announcement}>
              <div class={styles.announcement}>
                <p class={conversation.announcement ? '' : styles.muted}>
                  {conversation.announcement || words.noAnnouncement}
                </p>
                {owner && conversation.member && (
                  <IconButton
                    icon="edit"
                    size={18}
                    label={words.editAnnouncement}
                    onClick={() => {
                      open.value = 'announce';
                    }}
                  />
                )}
              </div>
            </Card>
          </>
        )}
        {conversation.member && (
          <Card>
            <Switch
              label={words.quiet}
              hint={words.quietHint}
              on={conversation.quiet}
              busy={model.quiet.busy.value}
              onChange={(on) => void orToast(client.setQuiet(id, on))}
            />
          </Card>
        )}
        {group && (
          <>
            <Card title={`${words.members} · ${conversation.memberCount}`}>
              {conversation.member && (
                <Row
                  icon="addFriend"
                  title={words.addMembers}
                  testId="add-members"
                  onClick={() => {
                    open.value = 'add';
                  }}
                />
              )}
              {!members && model.load.problem.value === undefined && <SkeletonRows count={3} />}
              <Problem of={model.load.problem.value} />
              {members?.map((member) =>
                member.user ? (
                  <div key={member.user.id} class={styles.member} data-testid="member">
                    <Avatar face={member.user.face} name={member.user.displayName} size={40} online={member.online} />
                    <span class={styles.memberName}>
                      <span>
                        {member.user.id === client.me.value.id ? t.value.common.you : member.user.displayName}
                      </span>
                      {(member.owner || member.online) && (
                        <small>
                          {[member.owner && words.owner, member.online && words.online].filter(Boolean).join(' · ')}
                        </small>
                      )}
                    </span>
                    {owner && member.user.id !== client.me.value.id && (
                      <IconButton
                        icon="trash"
                        size={20}
                        label={words.removeNamed(member.user.displayName)}
                        onClick={() => {
                          model.removing.value = member;
                          open.value = 'remove';
                        }}
                      />
                    )}
                  </div>
                ) : null,
              )}
            </Card>
            {conversation.member && !owner && (
              <Card>
                <Row
                  icon="signOut"
                  danger
                  title={words.leave}
                  testId="leave-group"
                  onClick={() => {
                    open.value = 'leave';
                  }}
                />
              </Card>
            )}
          </>
        )}
      </Scroll>
      {open.value === 'rename' && (
        <TextSheet
          title={words.rename}
          label={words.title}
          text={conversation.title}
          most={longestTitle}
          needed
          work={model.rename}
          onClose={close}
        />
      )}
      {open.value === 'announce' && (
        <TextSheet
          title={words.editAnnouncement}
          label={words.announcement}
          text={conversation.announcement}
          most={500}
          work={model.announce}
          onClose={close}
        />
      )}
      {open.value === 'leave' && (
        <Confirm
          title={words.leaveSure}
          hint={words.leaveHint}
          yes={words.leave}
          work={model.leave}
          onClose={close}
          onDone={() => navigate('/', { replace: true })}
        />
      )}
      {open.value === 'remove' && model.removing.value?.user && (
        <Confirm
          title={words.removeSure(model.removing.value.user.displayName)}
          hint={words.removeHint}
          yes={words.remove}
          work={model.remove}
          onClose={close}
        />
      )}
      {open.value === 'add' && (
        <Sheet title={words.addMembers} onClose={close}>
          <div class={styles.form}>
            {model.others.value.length === 0 ? (
              <p class={styles.muted}>{words.everyoneIn}</p>
            ) : (
              <FriendPicker
                label={words.choose}
                friends={model.others.value}
                chosen={model.adding.value}
                onToggle={(user) => {
                  const now = model.adding.value;
                  model.adding.value = now.includes(user) ? now.filter((one) => one !== user) : [...now, user];
                }}
              />
            )}
            <Problem of={model.add.problem.value} />
            <Button
              look="primary"
              wide
              disabled={model.adding.value.length === 0}
              busy={model.add.busy.value}
              onClick={async () => {
                if (await model.add.run()) close();
              }}
            >
              {words.add}
            </Button>
          </div>
        </Sheet>
      )}
    </div>
  );
}
