/**
 * Timings, of our kernels and of what they are compared with, side by side in one run. Built with
 * the profile {@code bench} only; no user downloads it.
 */
package io.github.pelab.bench;
