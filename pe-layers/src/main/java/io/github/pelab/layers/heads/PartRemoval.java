package io.github.pelab.layers.heads;

/**
 * An intervention on one head: it scores without one of its parts.
 *
 * @param block the attention's index in its layer, from 0
 * @param head from 0
 * @param part one of {@link AttentionAccess#parts()}
 */
public record PartRemoval(int block, int head, HeadPart part) implements HeadIntervention {}
