/** As much as is used; the package brings no types. */
declare module 'libheif-js/wasm-bundle.js' {
  interface Raster {
    data: Uint8ClampedArray;
    width: number;
    height: number;
  }
  interface HeifImage {
    get_width(): number;
    get_height(): number;
    is_primary(): boolean;
    /** Answers null where it cannot be decoded. */
    display(raster: Raster, done: (decoded: Raster | null) => void): void;
  }
  class HeifDecoder {
    /** None where it is no HEIC. */
    decode(bytes: Uint8Array): HeifImage[];
  }
  const libheif: { HeifDecoder: typeof HeifDecoder };
  export default libheif;
}
