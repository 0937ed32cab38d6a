/**
 * What attention layers let others see and change: logits, weights and head outputs of a forward
 * pass, and the replacement of head outputs. Ablation and spectra are built on this and on nothing
 * else.
 */
package io.github.pelab.layers.heads;
