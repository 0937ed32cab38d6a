/**
 * Attention layers for Deeplearning4j, and the positional encodings that plug into them.
 *
 * <p>This package holds what an importer writes: the layers. Schemes live in {@code scheme}, what
 * runs a layer in {@code runtime}. Nothing here reads files, configures logging or chooses an ND4J
 * backend.
 */
package io.github.pelab.layers;
