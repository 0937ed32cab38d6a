package io.github.pelab.layers.fused;

/**
 * What kernels must know of an encoder block, apart from its parameters and its attention. Dropouts
 * are probabilities.
 *
 * @param hidden width between the two linear maps of the feed-forward part
 * @param gelu whether GELU stands between them, not ReLU
 * @param attentionDropout of the attention's output
 * @param innerDropout of the activation's output
 * @param outputDropout of the feed-forward part's output
 * @param epsilon of the norms
 */
public record BlockShape(
    int hidden,
    boolean gelu,
    double attentionDropout,
    double innerDropout,
    double outputDropout,
    double epsilon) {}
