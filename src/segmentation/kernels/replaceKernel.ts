import { getKernel, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';

const replaced = new Set<string>();

/**
 * Puts a kernel of ours in the place of a backend's own. `make` gets the stock one, for the cases that ours leaves to
 * it. Idempotent; call it once the backend's package is loaded.
 */
export function replaceKernel(kernelName: string, backendName: string, make: (stock: KernelFunc) => KernelFunc): void {
  const key = `${backendName}/${kernelName}`;
  if (replaced.has(key)) return;
  replaced.add(key);
  const stock = getKernel(kernelName, backendName);
  unregisterKernel(kernelName, backendName);
  registerKernel({ ...stock, kernelFunc: make(stock.kernelFunc) });
}

/** Gives a backend a kernel of ours for an operation that it has none for. Idempotent, as {@link replaceKernel}. */
export function addKernel(kernelName: string, backendName: string, kernelFunc: KernelFunc): void {
  if (getKernel(kernelName, backendName) === undefined) registerKernel({ kernelName, backendName, kernelFunc });
}
