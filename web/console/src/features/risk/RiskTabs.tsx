import { t } from '../../i18n/i18n';
import { Tabs } from '../../ui/Tabs';

export function RiskTabs() {
  const words = t.value.risk;
  return (
    <Tabs
      label={t.value.areas.risk}
      of={[
        { href: '/risk', name: words.suspensions },
        { href: '/risk/rules', name: words.rules },
        { href: '/risk/hits', name: words.hits },
        { href: '/risk/history', name: words.history },
      ]}
    />
  );
}
