/** Vite's import of a file as text. */
declare module '*.json?raw' {
  const text: string;
  export default text;
}
