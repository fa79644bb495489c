export const emojis = [
  '🐼',
  '🐯',
  '🦊',
  '🐰',
  '🐲',
  '🐵',
  '🐥',
  '🐙',
  '🐢',
  '🦉',
  '🍊',
  '🥟',
  '🧧',
  '🍵',
  '🌸',
  '🌙',
] as const;
export const colours = ['#E7B75F', '#D9745A', '#55B595', '#7F9BD1', '#B98AC0', '#A3A86A'] as const;

export type Face = { emoji: string; colour: string };

export const joinFace = (emoji: string, colour: string): string => `${emoji}${colour}`;

const any = <T>(from: readonly [T, ...T[]]): T => from[Math.floor(Math.random() * from.length)] ?? from[0];

export const randomFace = (): Face => ({ emoji: any(emojis), colour: any(colours) });
