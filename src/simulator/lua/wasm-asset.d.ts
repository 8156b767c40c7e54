/** The bundler puts the module into the chunk as a data URL. */
declare module '*.wasm?url&inline' {
  const dataUrl: string;
  export default dataUrl;
}
