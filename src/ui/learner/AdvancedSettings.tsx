import type { ReactNode } from 'react';
import { useApp } from '../appContext.ts';
import styles from './AdvancedSettings.module.css';
import { AugmentationSection } from './AugmentationSection.tsx';
import { BalanceSection } from './BalanceSection.tsx';
import { HoldOutSection } from './HoldOutSection.tsx';
import { NetworkSection } from './NetworkSection.tsx';
import { ScheduleSection } from './ScheduleSection.tsx';
import { SmoothnessSection } from './SmoothnessSection.tsx';

/** Everything else about the learner, one disclosure away. */
export function AdvancedSettings() {
  const isSmooth = useApp((state) => state.training.settings.smoothness.weight > 0);
  return (
    <details className={styles.details}>
      <summary>More settings</summary>
      <Group title="Network">
        <NetworkSection />
      </Group>
      <Group title="Schedule">
        <ScheduleSection />
      </Group>
      <Group title="Held-out strokes">
        <HoldOutSection />
      </Group>
      <Group title="Balance">
        <BalanceSection />
      </Group>
      {isSmooth && (
        <Group title="Smoothness">
          <SmoothnessSection />
        </Group>
      )}
      <Group title="Augmentation">
        <AugmentationSection />
      </Group>
    </details>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className={styles.group}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}
