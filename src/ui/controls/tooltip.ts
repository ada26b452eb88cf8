import { command, keyLabel } from '../../workbench/commands/commands.ts';

export const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** Tooltip attributes: shown by TooltipLayer on hover and focus. */
export function tip(text: string): { 'data-tip': string } {
  return { 'data-tip': text };
}

/** Tooltip and accessible shortcut of a command; `text` stands in for the command's own label. */
export function commandTip(
  id: string,
  text?: string,
): { readonly 'data-tip': string; readonly 'aria-keyshortcuts'?: string } {
  const { label, keys } = command(id);
  const [key] = keys;
  if (key === undefined) return tip(text ?? label);
  return {
    'data-tip': `${text ?? label} (${keyLabel(key, isMac)})`,
    'aria-keyshortcuts': keyLabel(key, false).replace('Ctrl', 'Control'),
  };
}
