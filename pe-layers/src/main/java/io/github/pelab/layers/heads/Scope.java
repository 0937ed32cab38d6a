package io.github.pelab.layers.heads;

/** Something that holds until closed. Closing twice is the same as closing once. */
@FunctionalInterface
public interface Scope extends AutoCloseable {
  @Override
  void close();
}
