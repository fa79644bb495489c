/** A name and Chinese words after it: only Latin letters keep a space between. */
export const before = (name: string): string => (/[\x21-\x7e]$/.test(name) ? `${name} ` : name);

/** A name between Chinese words. */
export const amid = (name: string): string => (/^[\x21-\x7e]/.test(name) ? ` ${before(name)}` : before(name));

/** A name at the end of Chinese words. */
export const ending = (name: string): string => amid(name).trimEnd();
