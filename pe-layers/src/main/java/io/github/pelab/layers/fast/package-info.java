/**
 * Attention in time that grows with the number of tokens and not with its square, where logits are
 * small: the polynomial method of arXiv 2302.13214 and 2505.11892 (Fast RoPE Attention). Legend: n
 * tokens, d numbers in a query or key, R bound of the logits, p a polynomial of degree g.
 *
 * <p>{@link io.github.pelab.layers.fast.ExpPolynomial} is p, the nearest to the exponential on [−R,
 * R]. Attention with p in its place comes in two forms: {@link
 * io.github.pelab.layers.fast.FeatureAttention}, by monomials of queries and keys, forward and
 * backward; and {@link io.github.pelab.layers.fast.ToeplitzAttention}, by Fourier transforms, for
 * whatever depends on the lag. {@link io.github.pelab.layers.kernel.ScalarAttention} is what both
 * approximate.
 */
package io.github.pelab.layers.fast;
