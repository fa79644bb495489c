import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Client } from '../../client/client';
import { useClient } from '../../client/context';
import type { Session } from '../../client/wire';
import { shortTime } from '../../i18n/times';
import { action } from '../../ui/action';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { orToast } from '../../ui/orToast';
import { Card, Header, Scroll, SkeletonRows } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { toast } from '../../ui/toast';
import styles from './account.module.css';
import { accountWords } from './words';

export function devicesModel(client: Client) {
  const sessions = signal<readonly Session[] | undefined>(undefined);
  return {
    sessions,
    load: action(async () => {
      const all = await client.sessions();
      sessions.value = [...all].sort(
        (a, b) => Number(b.current) - Number(a.current) || Number(b.openedAtMs - a.openedAtMs),
      );
    }),
    async signOut(session: Session): Promise<void> {
      await client.closeSession(session.id);
      sessions.value = sessions.value?.filter((one) => one.id !== session.id);
    },
  };
}

export function Devices() {
  const client = useClient();
  const model = useMemo(() => devicesModel(client), [client]);
  useEffect(() => {
    void model.load.run();
  }, [model]);
  const words = accountWords.value;
  return (
    <div class={styles.screen} data-testid="devices">
      <Header title={words.devices} back="/me" backOnPhoneOnly />
      <Scroll narrow>
        <p class={styles.hint}>{words.devicesHint}</p>
        <Problem of={model.load.problem.value} />
        <Card>
          {!model.sessions.value && model.load.problem.value === undefined && <SkeletonRows count={2} />}
          {model.sessions.value?.map((session) => (
            <div key={session.id} class={styles.device} data-testid="device">
              <span class={styles.deviceIcon}>
                <Icon name="device" />
              </span>
              <span class={styles.deviceWords}>
                <span>{session.device}</span>
                <small>
                  {session.current
                    ? words.thisDevice
                    : session.online
                      ? words.onlineNow
                      : words.since(shortTime(Number(session.openedAtMs)))}
                </small>
              </span>
              {!session.current && (
                <Button
                  small
                  aria-label={words.signOutDeviceNamed(session.device)}
                  onClick={async () => {
                    if (await orToast(model.signOut(session))) toast(words.deviceSignedOut(session.device));
                  }}
                >
                  {words.signOutDevice}
                </Button>
              )}
            </div>
          ))}
        </Card>
      </Scroll>
    </div>
  );
}
