/**
 * Positional schemes: what enters attention, at which of its places, and what that promises.
 *
 * <p>A scheme is described once, by a {@link io.github.pelab.layers.scheme.PositionalScheme}. Three
 * views are derived from that description and must agree to rounding: the SameDiff graph of the
 * layers, the tables ({@link io.github.pelab.layers.scheme.PositionTables}) that kernels read, and
 * the kernel by lag ({@link io.github.pelab.layers.scheme.LagKernel}) that spectra are taken of.
 * Nothing here knows of layers, parameters' values or training.
 */
package io.github.pelab.layers.scheme;
