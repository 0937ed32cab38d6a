/**
 * What attention layers let others see and change: queries, keys, logits, weights and head outputs
 * of a forward pass, gradients at logits of a backward pass, the replacement of head outputs, and
 * the removal of a part of what heads score with. Ablation and spectra are built on this and on
 * nothing else.
 */
package io.github.pelab.layers.heads;
