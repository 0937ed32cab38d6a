/**
 * What other implementations are needed for. Timings, of our kernels and of what they are compared
 * with, side by side in one run; golden values, in {@code golden}. Built with the profile {@code
 * bench} only; no user downloads it.
 */
package io.github.pelab.bench;
