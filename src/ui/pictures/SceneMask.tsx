import { useEffect, useRef } from 'react';
import { createColorTable } from '../../canvas/layers/classColors.ts';
import { sceneClasses } from '../../samples/scenes/generateScene.ts';
import type { SceneSettings } from '../../settings/scene.ts';

interface SceneMaskProps {
  readonly settings: SceneSettings;
  /** Class ids, row-major, `[sizePx, sizePx]`. */
  readonly mask: Uint8Array;
  readonly className: string | undefined;
}

/** A scene's mask in its classes' colours. */
export function SceneMask({ settings, mask, className }: SceneMaskProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null) return;
    const colors = createColorTable(new Map(sceneClasses(settings).map(({ id, color }) => [id, color])));
    const image = new ImageData(settings.sizePx, settings.sizePx);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < pixels.length; i++) pixels[i] = colors[mask[i] as number] as number;
    context.putImageData(image, 0, 0);
  }, [settings, mask]);
  return (
    <canvas
      ref={canvas}
      width={settings.sizePx}
      height={settings.sizePx}
      className={className}
      role="img"
      aria-label="The exact mask"
    />
  );
}
