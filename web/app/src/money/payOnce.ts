/** The ids of payments whose end is not known, by what was asked for; of each client its own. */
const unfinished = new WeakMap<object, Map<string, string>>();

/**
 * Pays under one client id until it is known to be done, however often that takes, and also when the form was shut and
 * filled in alike again meanwhile: whoever has heard no answer cannot know whether the money went. Another form is another
 * payment, and so is the same one after it was done.
 */
export async function payOnce<F extends object, A>(
  client: { newId(): string },
  kind: string,
  form: F,
  pay: (form: F & { readonly id: string }) => Promise<A>,
): Promise<A> {
  const print = `${kind} ${JSON.stringify(form, (_, value) => (typeof value === 'bigint' ? value.toString() : value))}`;
  const ids = unfinished.get(client) ?? new Map<string, string>();
  unfinished.set(client, ids);
  const id = ids.get(print) ?? client.newId();
  ids.set(print, id);
  const answer = await pay({ ...form, id });
  if (ids.get(print) === id) ids.delete(print);
  return answer;
}
