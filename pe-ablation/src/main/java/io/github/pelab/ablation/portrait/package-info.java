/**
 * What heads do, as far as it can be seen without changing them: where they look and how much they
 * say. {@link io.github.pelab.ablation.portrait.Portraits} watches a network at work and sums up a
 * {@link io.github.pelab.ablation.portrait.HeadPortrait} for each head. What a head is worth is
 * told by its ablation, not by this.
 */
package io.github.pelab.ablation.portrait;
