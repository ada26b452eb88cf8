import { CLASS_BALANCES, PICTURE_ORDERS, STROKE_BALANCES } from '../../settings/learner.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { Choice, Field, NumberField } from '../controls/fields.tsx';
import { BALANCE_WORDS, PICTURE_ORDER_WORDS, STROKE_BALANCE_WORDS } from '../strings.ts';
import { ClassWeights } from './ClassWeights.tsx';

/** How much labels count against each other. */
export function BalanceSection() {
  const workbench = useWorkbench();
  const settings = useApp((state) => state.training.settings);
  const hasSeveral = useApp((state) => state.project.pictures.length > 1);
  return (
    <>
      <Field label="Class balance" hint={BALANCE_WORDS[settings.classBalance].hint}>
        <Choice
          label="Class balance"
          value={settings.classBalance}
          options={CLASS_BALANCES.map((value) => ({ value, name: BALANCE_WORDS[value].name }))}
          onChange={(classBalance) => workbench.training.setClassBalance(classBalance)}
        />
      </Field>
      {settings.classBalance === 'custom' && <ClassWeights />}
      <Field label="Strokes count" hint={STROKE_BALANCE_WORDS[settings.strokeBalance].hint}>
        <Choice
          label="Strokes count"
          value={settings.strokeBalance}
          options={STROKE_BALANCES.map((value) => ({ value, name: STROKE_BALANCE_WORDS[value].name }))}
          onChange={(strokeBalance) => workbench.training.updateSettings({ strokeBalance })}
        />
      </Field>
      {hasSeveral && (
        <Field label="Order of pictures" hint={PICTURE_ORDER_WORDS[settings.pictureOrder].hint}>
          <Choice
            label="Order of pictures"
            value={settings.pictureOrder}
            options={PICTURE_ORDERS.map((value) => ({ value, name: PICTURE_ORDER_WORDS[value].name }))}
            onChange={(pictureOrder) => workbench.training.updateSettings({ pictureOrder })}
          />
        </Field>
      )}
      <Field label="Label smoothing" hint="Asks for slightly less than certainty: 0 is off.">
        <NumberField
          label="Label smoothing"
          value={settings.labelSmoothing}
          min={0}
          max={0.5}
          onChange={(labelSmoothing) => workbench.training.updateSettings({ labelSmoothing })}
        />
      </Field>
    </>
  );
}
