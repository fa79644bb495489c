const browsers: readonly [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const systems: readonly [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Mac OS X/, 'Mac'],
  [/Windows/, 'Windows'],
  [/Linux/, 'Linux'],
];

/** What this device is called in the list of devices. */
export function deviceName(agent = navigator.userAgent): string {
  const named = (names: typeof browsers) => names.find(([pattern]) => pattern.test(agent))?.[1];
  return [named(browsers) ?? 'Web', named(systems)].filter(Boolean).join(' · ');
}

const key = 'laisee.device';

/** Made once for this browser and the same for everybody who signs in here: many accounts on one device look like one. */
export function deviceId(): string {
  let id = localStorage.getItem(key);
  if (!id) {
    id = crypto.getRandomValues(new Uint32Array(4)).join('-');
    localStorage.setItem(key, id);
  }
  return id;
}
