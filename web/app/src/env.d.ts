/// <reference types="vite/client" />
/** The version of this app, set by the build. */
declare const __VERSION__: string;
