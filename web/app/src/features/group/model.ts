import { computed, signal } from '@preact/signals';
import type { Client } from '../../client/client';
import { type Member, Relation } from '../../client/wire';
import { action } from '../../ui/action';

export const longestTitle = 40;

/** Choosing friends and a name for a new group. */
export function newGroupModel(client: Client) {
  const title = signal('');
  const chosen = signal<readonly string[]>([]);
  const created = signal<string | undefined>(undefined);
  const problem = computed<'needFriends' | 'needTitle' | undefined>(() => {
    const length = [...title.value.trim()].length;
    if (chosen.value.length === 0) return 'needFriends';
    if (length === 0 || length > longestTitle) return 'needTitle';
    return undefined;
  });
  const id = client.newId();
  return {
    title,
    chosen,
    problem,
    created,
    friends: computed(() => client.friends.value.filter((one) => one.relation === Relation.FRIEND)),
    toggle: (user: string) => {
      chosen.value = chosen.value.includes(user) ? chosen.value.filter((one) => one !== user) : [...chosen.value, user];
    },
    create: action(async () => {
      if (!problem.value) created.value = await client.createGroup(id, title.value.trim(), chosen.value);
    }),
  };
}

/** Members and settings of one conversation. Members are fetched when this is opened, never pushed. */
export function detailsModel(client: Client, id: string) {
  const members = signal<readonly Member[] | undefined>(undefined);
  const conversation = computed(() => client.conversation(id));
  const load = action(async () => {
    members.value = await client.members(id);
  });
  const changing = (work: () => Promise<void>) =>
    action(async () => {
      await work();
      await load.run();
    });
  const removing = signal<Member | undefined>(undefined);
  const adding = signal<readonly string[]>([]);
  return {
    members,
    conversation,
    load,
    removing,
    adding,
    owner: computed(() => conversation.value?.owner === client.me.value.id),
    /** Friends who are not here yet. */
    others: computed(() => {
      const here = new Set(members.value?.map((one) => one.user?.id));
      return client.friends.value.filter((one) => one.relation === Relation.FRIEND && !here.has(one.user?.id));
    }),
    remove: changing(async () => {
      const user = removing.value?.user?.id;
      if (user) await client.removeMember(id, user);
    }),
    add: changing(async () => {
      await client.addMembers(id, adding.value);
      adding.value = [];
    }),
    leave: action(() => client.removeMember(id, client.me.value.id)),
    rename: action((title: string) => client.updateGroup(id, { title })),
    announce: action((announcement: string) => client.updateGroup(id, { announcement })),
    quiet: action((quiet: boolean) => client.setQuiet(id, quiet)),
  };
}
