package io.github.pelab.layers.sublayer;

import io.github.pelab.layers.fused.ProgramBuilder;
import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.kernel.Kernels;
import io.github.pelab.layers.runtime.LayerDefinition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;

/** A layer that is made of attentions of one kind. */
interface AttentionDefinition extends LayerDefinition {
  /** What each attention is. */
  AttentionSettings settings();

  /** The attention of block {@code index}. */
  Attention attention(int index);

  @Override
  default int heads() {
    return settings().heads();
  }

  @Override
  default int headSize() {
    return settings().headSize();
  }

  @Override
  default double scale() {
    return settings().scale();
  }

  @Override
  default Set<HeadPart> parts() {
    return settings().parts();
  }

  @Override
  default List<String> queryWeights(int block) {
    return named(block, settings().projections().queryWeights());
  }

  @Override
  default List<String> keyWeights(int block) {
    return named(block, settings().projections().keyWeights());
  }

  private List<String> named(int block, List<String> weights) {
    return weights.stream().map(attention(block).prefix()::concat).toList();
  }

  @Override
  default String outputWeight(int block) {
    return attention(block).outputWeight();
  }

  @Override
  default String outputBias(int block) {
    return attention(block).outputBias();
  }

  /**
   * A program of kernels without its sublayers; empty if the form has no kernels.
   *
   * @param memory whether keys and values are made of a memory
   */
  default <A> Optional<ProgramBuilder<A>> program(
      Kernels<A> kernels, DataType type, boolean memory) {
    return settings()
        .projections()
        .fused(settings(), attention(0).prefix())
        .map(
            form ->
                new ProgramBuilder<>(
                    kernels,
                    type,
                    settings().shape(form),
                    settings().seesPadding(),
                    memory,
                    Positions.INPUT));
  }

  /** Refuses a sequence that is longer than was agreed. */
  default void checkLength(String layer, long length) {
    int maxLength = settings().maxLength();
    if (length > maxLength) {
      throw new IllegalArgumentException(
          "%s: sequence of %d tokens is longer than maxLength %d; raise maxLength or shorten it"
              .formatted(layer, length, maxLength));
    }
    if (length * length > Integer.MAX_VALUE / heads()) {
      throw new IllegalArgumentException(
          "%s: a sequence of %d tokens has more than 2^31 logits in %d heads; shorten it"
              .formatted(layer, length, heads()));
    }
  }
}
