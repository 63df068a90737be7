/** Vite turns an imported style sheet into a file of its own. */
declare module '*.css';

/** The address of a file that Vite puts beside the bundle. */
declare module '*?url' {
  const url: string;
  export default url;
}
