import { useApp, useWorkbench } from '../appContext.ts';
import { Choice, Field, NumberField } from '../controls/fields.tsx';
import { FineTuningSection } from './FineTuningSection.tsx';

/** The size of the network, and what its pretrained layers do. */
export function NetworkSection() {
  const workbench = useWorkbench();
  const network = useApp((state) => state.training.settings.network);
  return (
    <>
      <Field
        label="Filters"
        hint="Filters of the first level. More learn more and take longer. A change starts the weights over."
      >
        <NumberField
          label="Filters"
          value={network.width}
          min={4}
          max={64}
          whole
          onChange={(width) => workbench.training.updateSettings({ network: { ...network, width } })}
        />
      </Field>
      <Field label="Depth" hint="Levels of the network: each one sees twice as far.">
        <NumberField
          label="Depth"
          value={network.depth}
          min={1}
          max={6}
          whole
          onChange={(depth) => workbench.training.updateSettings({ network: { ...network, depth } })}
        />
      </Field>
      <Field label="Reduction" hint="The network works on a picture reduced this many times: faster, less fine.">
        <Choice
          label="Reduction"
          value={String(network.stride) as '1' | '2' | '4'}
          options={[
            { value: '1', name: 'none' },
            { value: '2', name: '2 ×' },
            { value: '4', name: '4 ×' },
          ]}
          onChange={(stride) =>
            workbench.training.updateSettings({
              network: { ...network, stride: stride === '1' ? 1 : stride === '2' ? 2 : 4 },
            })
          }
        />
      </Field>
      {network.kind === 'pretrained' && <FineTuningSection />}
    </>
  );
}
