import { t } from '../../i18n/i18n';
import { Tabs } from '../../ui/Tabs';

export function ReconciliationTabs() {
  const words = t.value.reconciliation;
  return (
    <Tabs
      label={t.value.areas.reconciliation}
      of={[
        { href: '/reconciliation', name: words.differences },
        { href: '/reconciliation/runs', name: words.runs },
      ]}
    />
  );
}
