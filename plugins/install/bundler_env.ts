/**
 * What a bundler is told of its surroundings.
 *
 * @module
 */

/** The variables that a bundler is given, where they are set; no others. */
export const BUNDLER_ENV: readonly string[] = [
  "DENO_CERT",
  "DENO_DIR",
  "DENO_TLS_CA_STORE",
  "HOME",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NODE_EXTRA_CA_CERTS",
  "NO_PROXY",
  "NPM_CONFIG_REGISTRY",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
  "XDG_CACHE_HOME",
];
