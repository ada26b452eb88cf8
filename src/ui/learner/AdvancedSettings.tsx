import type { ReactNode } from 'react';
import { useApp } from '../appContext.ts';
import styles from './AdvancedSettings.module.css';
import { AugmentationSettings } from './AugmentationSettings.tsx';
import { BalanceSettings } from './BalanceSettings.tsx';
import { HoldOutSettings } from './HoldOutSettings.tsx';
import { NetworkSettings } from './NetworkSettings.tsx';
import { ScheduleSettings } from './ScheduleSettings.tsx';
import { SmoothnessSettings } from './SmoothnessSettings.tsx';

/** Everything else about the learner, one disclosure away. */
export function AdvancedSettings() {
  const isSmooth = useApp((state) => state.settings.smoothness.weight > 0);
  return (
    <details className={styles.details}>
      <summary>More settings</summary>
      <Group title="Network">
        <NetworkSettings />
      </Group>
      <Group title="Schedule">
        <ScheduleSettings />
      </Group>
      <Group title="Held-out strokes">
        <HoldOutSettings />
      </Group>
      <Group title="Balance">
        <BalanceSettings />
      </Group>
      {isSmooth && (
        <Group title="Smoothness">
          <SmoothnessSettings />
        </Group>
      )}
      <Group title="Augmentation">
        <AugmentationSettings />
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
