package io.github.pelab.layers.fused;

import io.github.pelab.layers.kernel.Kernels;
import io.github.pelab.layers.runtime.KernelProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Puts a layer together of kernels. It is told the names of parameters, so that they are chosen in
 * one place, where they are declared.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public final class ProgramBuilder<A> {
  private final Pass<A> pass;
  private final AttentionShape shape;
  private final boolean seesPadding;
  private final boolean memory;
  private final InputTerms<A> terms;
  private final Rotations<A> rotations;
  private final Map<String, LagBiases<A>> lagBiases = new HashMap<>();
  private final List<FusedSublayer<A>> sublayers = new ArrayList<>();
  private final List<FusedForm> forms = new ArrayList<>();

  /**
   * For a layer whose attentions are all of one shape.
   *
   * @param type of the parameters
   * @param seesPadding whether padding is attended to
   * @param memory whether keys and values are made of a memory
   * @param positions name of the learned input term, if there is one
   */
  public ProgramBuilder(
      Kernels<A> kernels,
      DataType type,
      AttentionShape shape,
      boolean seesPadding,
      boolean memory,
      String positions) {
    this.shape = shape;
    this.seesPadding = seesPadding;
    this.memory = memory;
    pass = new Pass<>(Arithmetic.of(kernels), type);
    terms = new InputTerms<>(pass, shape, positions);
    rotations = new Rotations<>(pass, shape);
  }

  private FusedAttention<A> attended(FusedForm form, String out, boolean bias, String lagBias) {
    forms.add(form);
    return new FusedAttention<>(
        pass,
        sublayers.size(),
        shape,
        form,
        memory,
        rotations,
        lagBiases.computeIfAbsent(lagBias, name -> new LagBiases<>(pass, shape, name)),
        new Linear<>(pass, out, shape.width(), shape.width(), bias));
  }

  /**
   * Adds attention alone.
   *
   * @param out name of the output's projection
   * @param bias whether it has a bias
   * @param lagBias name of the learned lag biases, if there are any
   */
  public ProgramBuilder<A> attention(FusedForm form, String out, boolean bias, String lagBias) {
    sublayers.add(
        new FusedAttentionAlone<>(pass, shape.width(), attended(form, out, bias, lagBias)));
    return this;
  }

  /**
   * Adds an encoder block.
   *
   * @param out as of {@link #attention}, and what follows it
   * @param attentionNorm prefix of its parameters' names, as {@code feedForwardNorm}
   * @param in name of the feed-forward part's first linear map, as {@code second} of the other one
   */
  public ProgramBuilder<A> block(
      BlockShape block,
      FusedForm form,
      String out,
      boolean bias,
      String lagBias,
      String attentionNorm,
      String feedForwardNorm,
      String in,
      String second) {
    int width = shape.width();
    int index = sublayers.size();
    sublayers.add(
        new FusedBlock<>(
            pass,
            index,
            block,
            width,
            new RowNorm<>(pass, attentionNorm, width, block.epsilon()),
            attended(form, out, bias, lagBias),
            new RowNorm<>(pass, feedForwardNorm, width, block.epsilon()),
            new FusedFeedForward<>(
                pass,
                index,
                block,
                new Linear<>(pass, in, width, block.hidden(), true),
                new Linear<>(pass, second, block.hidden(), width, true))));
    return this;
  }

  /** From sequences to sequences; a memory, if there is one, is a second input. */
  public KernelProgram sequences() {
    return program(
        new SequenceEntrance<>(pass, shape.width(), terms),
        memory ? new SequenceEntrance<>(pass, shape.width(), terms) : null,
        new SequenceExit<>(pass, shape.width()),
        false);
  }

  /**
   * From token numbers to one vector a sequence; a memory, if there is one, is what is fed to the
   * first sublayer.
   *
   * @param table name of the table of tokens
   * @param norm prefix of the last norm's parameters; null for none
   * @param epsilon of it
   */
  public KernelProgram encoder(
      String table, int vocabulary, String norm, double epsilon, boolean poolsPadding) {
    int width = shape.width();
    return program(
        new TokenEntrance<>(pass, table, vocabulary, width, terms),
        null,
        new PoolingExit<>(
            pass,
            width,
            norm == null ? null : new RowNorm<>(pass, norm, width, epsilon),
            poolsPadding),
        poolsPadding);
  }

  private KernelProgram program(
      Entrance entrance, Entrance memoryEntrance, Exit exit, boolean needsPadding) {
    return new FusedProgram<>(
        pass,
        new FusedProgram.Packs(seesPadding, needsPadding),
        shape.width(),
        rotations,
        entrance,
        memoryEntrance,
        memory && memoryEntrance == null,
        new Stack<>(pass, shape.width(), sublayers, memory ? forms : List.of()),
        exit,
        List.copyOf(lagBiases.values()));
  }
}
