package io.github.pelab.layers.heads;

/** Told of every attention in every forward pass, in block order. */
@FunctionalInterface
public interface AttentionObserver {
  void attended(AttentionTrace trace);
}
