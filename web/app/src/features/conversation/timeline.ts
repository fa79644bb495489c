import type { ShownMessage } from '../../client/client';

/** A message as it lies on the page, with what stands above it. */
export type Line = {
  message: ShownMessage;
  /** A moment to be shown above. */
  heading: number | undefined;
  /** The first of what is new. */
  divider: boolean;
  /** The first and last of one sender's run. */
  first: boolean;
  last: boolean;
};

const runMs = 3 * 60_000;
const headingMs = 10 * 60_000;

const isNote = (message: ShownMessage) => message.content.kind.case === 'note';

const sameDay = (a: number, b: number) => new Date(a).toDateString() === new Date(b).toDateString();

/** Groups messages into runs, and says where moments and the divider stand. `newAfter`: the last one read before. */
export function timeline(messages: readonly ShownMessage[], newAfter: number | undefined): Line[] {
  const lines: Line[] = [];
  let divided = false;
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i];
    if (!message) continue;
    const before = messages[i - 1];
    const pause = before ? message.atMs - before.atMs : Number.POSITIVE_INFINITY;
    const heading = !before || pause > headingMs || !sameDay(message.atMs, before.atMs) ? message.atMs : undefined;
    // Where what was read last is not here yet, the divider is further up.
    const divider =
      !divided &&
      newAfter !== undefined &&
      !message.mine &&
      message.seq > newAfter &&
      (before ? before.seq <= newAfter : message.seq === newAfter + 1);
    if (divider) divided = true;
    const first =
      !before ||
      heading !== undefined ||
      divider ||
      isNote(message) ||
      isNote(before) ||
      before.sender !== message.sender ||
      pause > runMs;
    const previous = lines.at(-1);
    if (previous && first) previous.last = true;
    lines.push({ message, heading, divider, first, last: false });
  }
  const end = lines.at(-1);
  if (end) end.last = true;
  return lines;
}
