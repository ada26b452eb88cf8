import { fileURLToPath } from 'node:url';

// Vitest's setup file for tests, not for benches: two files are tested at a time, so that the software adapter takes
// one thread in each. SwiftShader reads its settings from the folder that its process is in.
process.chdir(fileURLToPath(new URL('.', import.meta.url)));
