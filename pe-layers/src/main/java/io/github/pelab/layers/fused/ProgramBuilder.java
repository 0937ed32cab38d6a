package io.github.pelab.layers.fused;

import io.github.pelab.layers.kernel.Kernels;
import io.github.pelab.layers.runtime.KernelProgram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Puts a layer together of kernels. It is told the names of parameters, so that they are chosen in
 * one place, where they are declared.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
public final class ProgramBuilder<A> {
  private final Workers<A> workers;
  private final DataType type;
  private final Values<A> values = new Values<>();
  private final AttentionShape shape;
  private final boolean seesPadding;
  private final boolean memory;
  private final String positions;
  private final Rotations<A> rotations;
  private final List<Function<Parts, FusedSublayer<A>>> sublayers = new ArrayList<>();
  private final List<FusedForm> forms = new ArrayList<>();

  /** What the parts of a lane share. */
  private final class Parts {
    private final Pass<A> pass = new Pass<>(workers, values);
    private final InputTerms<A> terms = new InputTerms<>(pass, shape, positions);
    private final Map<String, LagBiases<A>> lagBiases = new HashMap<>();

    LagBiases<A> lagBiases(String parameter) {
      return lagBiases.computeIfAbsent(parameter, name -> new LagBiases<>(pass, shape, name));
    }
  }

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
    this.type = type;
    this.shape = shape;
    this.seesPadding = seesPadding;
    this.memory = memory;
    this.positions = positions;
    workers = new Workers<>(Arithmetic.of(kernels));
    rotations = new Rotations<>(workers.arithmetic(), shape);
  }

  private FusedAttention<A> attended(
      Parts parts, int index, FusedForm form, String out, boolean bias, String lagBias) {
    return new FusedAttention<>(
        parts.pass,
        index,
        shape,
        form,
        memory,
        rotations,
        parts.lagBiases(lagBias),
        new Linear<>(parts.pass, out, shape.width(), shape.width(), bias));
  }

  /**
   * Adds attention alone.
   *
   * @param out name of the output's projection
   * @param bias whether it has a bias
   * @param lagBias name of the learned lag biases, if there are any
   */
  public ProgramBuilder<A> attention(FusedForm form, String out, boolean bias, String lagBias) {
    int index = sublayers.size();
    forms.add(form);
    sublayers.add(
        parts ->
            new FusedAttentionAlone<>(
                parts.pass, shape.width(), attended(parts, index, form, out, bias, lagBias)));
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
    forms.add(form);
    sublayers.add(
        parts ->
            new FusedBlock<>(
                parts.pass,
                index,
                block,
                width,
                new RowNorm<>(parts.pass, attentionNorm, width, block.epsilon()),
                attended(parts, index, form, out, bias, lagBias),
                new RowNorm<>(parts.pass, feedForwardNorm, width, block.epsilon()),
                new FusedFeedForward<>(
                    parts.pass,
                    index,
                    block,
                    new Linear<>(parts.pass, in, width, block.hidden(), true),
                    new Linear<>(parts.pass, second, block.hidden(), width, true))));
    return this;
  }

  /** From sequences to sequences; a memory, if there is one, is a second input. */
  public KernelProgram sequences() {
    SequenceInput input = new SequenceInput(type);
    SequenceInput second = memory ? new SequenceInput(type) : null;
    return program(
        false,
        input,
        second,
        parts ->
            lane(
                parts,
                new SequenceEntrance<>(parts.pass, input, shape.width(), parts.terms),
                memory
                    ? new SequenceEntrance<>(parts.pass, second, shape.width(), parts.terms)
                    : null,
                new SequenceExit<>(parts.pass, shape.width())));
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
    TokenInput input = new TokenInput(vocabulary);
    return program(
        poolsPadding,
        input,
        null,
        parts ->
            lane(
                parts,
                new TokenEntrance<>(parts.pass, table, input, width, parts.terms),
                null,
                new PoolingExit<>(
                    parts.pass,
                    width,
                    norm == null ? null : new RowNorm<>(parts.pass, norm, width, epsilon),
                    poolsPadding)));
  }

  private KernelProgram program(
      boolean needsPadding, Input input, Input second, Function<Parts, Lane<A>> lane) {
    return new FusedProgram<>(
        workers,
        values,
        new FusedProgram.Packs(seesPadding, needsPadding),
        rotations,
        input,
        second,
        () -> lane.apply(new Parts()));
  }

  private Lane<A> lane(
      Parts parts, Entrance<A> entrance, Entrance<A> memoryEntrance, Exit<A> exit) {
    return new Lane<>(
        parts.pass,
        shape.width(),
        entrance,
        memoryEntrance,
        memory && memoryEntrance == null,
        new Stack<>(
            parts.pass,
            shape.width(),
            sublayers.stream().map(each -> each.apply(parts)).toList(),
            memory ? forms : List.of()),
        exit,
        List.copyOf(parts.lagBiases.values()));
  }
}
