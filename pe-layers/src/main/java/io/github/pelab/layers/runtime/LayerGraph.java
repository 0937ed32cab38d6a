package io.github.pelab.layers.runtime;

import io.github.pelab.layers.heads.HeadPart;
import io.github.pelab.layers.kernel.DropoutPattern;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer's SameDiff graph while it is being defined: the parameters and the input it may use, and
 * the places where the runtime comes in. Legend: B batch, T time, D width. Most variables of a
 * definition are <em>rows</em>, {@code [B·T, D]}: two-dimensional products and broadcasts are what
 * ND4J does well.
 *
 * <p>A graph is built once per {@link Variant} and used for any B and T. Whatever depends on them
 * is fed anew in each call, by a {@link Feed}.
 */
public final class LayerGraph {
  /**
   * Which of a layer's graphs.
   *
   * @param training with dropout
   * @param replaces with gates on head outputs
   * @param removes with gates on parts of heads
   */
  record Variant(boolean training, boolean replaces, boolean removes) {}

  /** Computes what a placeholder holds in one call. */
  @FunctionalInterface
  public interface Feed {
    INDArray at(Call call);
  }

  /** Where an attention shows itself to observers. */
  public enum Site {
    QUERIES,
    KEYS,
    LOGITS,
    WEIGHTS,
    HEADS,
    OUTPUT;

    String in(int block) {
      return "attention" + block + "/" + name();
    }
  }

  static final String INPUT = "input";
  static final String MEMORY = "memory";

  private final SameDiff sd;
  private final Variant variant;
  private final DataType type;
  private final Map<String, SDVariable> parameters;
  private final OpenInterventions inForce;
  private final Map<String, Feed> feeds = new LinkedHashMap<>();
  private final Map<String, DoubleConsumer> requirements = new LinkedHashMap<>();

  LayerGraph(
      SameDiff sd,
      Variant variant,
      DataType type,
      Map<String, SDVariable> parameters,
      OpenInterventions inForce) {
    this.sd = sd;
    this.variant = variant;
    this.type = type;
    this.parameters = parameters;
    this.inForce = inForce;
  }

  /** The graph itself, for ops. */
  public SameDiff ops() {
    return sd;
  }

  /** A parameter of the layer. */
  public SDVariable parameter(String name) {
    SDVariable parameter = parameters.get(name);
    if (parameter == null) {
      throw new IllegalStateException("no parameter '" + name + "' was declared");
    }
    return parameter;
  }

  /** The layer's input {@code [B, T, D]} as rows {@code [B·T, D]}. */
  public SDVariable inputRows(int width) {
    return rows(INPUT, width, Call::input);
  }

  /** The layer's second input, likewise. */
  public SDVariable memoryRows(int width) {
    return rows(MEMORY, width, Call::memory);
  }

  private SDVariable rows(String name, int width, Feed feed) {
    SDVariable sequences = feed(name, new long[] {-1, -1, width}, feed);
    return sd.reshape(sequences, shape("rows", call -> new long[] {call.rows(), width}));
  }

  /** The layer's input, token numbers {@code [B, T]}, as rows of a one-hot {@code [B·T, V]}. */
  public SDVariable inputOneHot(int vocabulary) {
    return feed("oneHot", new long[] {-1, vocabulary}, call -> OneHot.of(call.input(), vocabulary));
  }

  /** Rows {@code [B·T, D]} as {@code [B, T, D]}, zero at padding. */
  public SDVariable outputOf(SDVariable rows, int width) {
    SDVariable tokens =
        feed("tokens", new long[] {-1, 1}, call -> call.tokens().reshape('c', call.rows(), 1));
    return sd.reshape(
        rows.mul(tokens), shape("output", call -> new long[] {call.batch(), call.length(), width}));
  }

  /** A placeholder that is fed in each call. Asking twice for one name gives one placeholder. */
  public SDVariable feed(String name, long[] shape, Feed feed) {
    if (feeds.putIfAbsent(name, feed) != null) {
      return sd.getVariable(name);
    }
    return sd.placeHolder(name, type, shape);
  }

  /** A shape to reshape to, fed in each call. */
  public SDVariable shape(String name, Function<Call, long[]> shape) {
    String placeholder = "shape/" + name;
    if (feeds.putIfAbsent(placeholder, call -> Nd4j.createFromArray(shape.apply(call))) != null) {
      return sd.getVariable(placeholder);
    }
    return sd.placeHolder(placeholder, DataType.INT64, -1);
  }

  /**
   * Drops elements of {@code x} in the training graph, as a matrix of rows along the last
   * dimension; leaves it alone in the others.
   *
   * @param shape of {@code x} in a call
   */
  public SDVariable dropout(
      SDVariable x, double rate, DropoutSite site, int block, Function<Call, long[]> shape) {
    if (!variant.training() || rate == 0) {
      return x;
    }
    SDVariable mask =
        feed(
            "dropout/" + site + block,
            placeholderShape(shape),
            call -> {
              long[] size = shape.apply(call);
              int columns = Math.toIntExact(size[size.length - 1]);
              int rows = Math.toIntExact(product(size) / columns);
              DropoutPattern pattern = site.pattern(call.dropoutSeed(), block, rate);
              return Nd4j.createFromArray(pattern.mask(rows, columns)).reshape('c', size);
            });
    return x.mul(mask);
  }

  /** The head outputs of block {@code block}, rows, after whatever replaces them. */
  public SDVariable gated(SDVariable heads, int block, int width) {
    if (!variant.replaces()) {
      return heads;
    }
    SDVariable gate =
        feed("gate" + block, new long[] {1, width}, call -> inForce.gate(block, call));
    SDVariable fill =
        feed("fill" + block, new long[] {-1, width}, call -> inForce.fill(block, call));
    return heads.mul(gate).add(fill);
  }

  /**
   * Rows {@code [B·T, H·size]} of a part of each head: zero for heads of block {@code block} that
   * are without it.
   */
  public SDVariable part(HeadPart part, SDVariable rows, int block, int size) {
    return variant.removes() ? rows.mul(gate(part, block, size, "rows", new long[] {1, -1})) : rows;
  }

  /** The same of a number for each pair of tokens, {@code [1, H, T, T]}. */
  public SDVariable part(HeadPart part, SDVariable pairs, int block) {
    return variant.removes()
        ? pairs.mul(gate(part, block, 1, "pairs", new long[] {1, -1, 1, 1}))
        : pairs;
  }

  /** Rows {@code with} the part; {@code without} for heads of block {@code block} that lack it. */
  public SDVariable part(HeadPart part, SDVariable with, SDVariable without, int block, int size) {
    if (!variant.removes()) {
      return with;
    }
    SDVariable gate = gate(part, block, size, "rows", new long[] {1, -1});
    return with.mul(gate).add(without.mul(gate.rsub(1)));
  }

  private SDVariable gate(HeadPart part, int block, int size, String of, long[] shape) {
    return feed(
        "%s%d/%s".formatted(part, block, of),
        shape,
        call -> inForce.without(part, block, size).reshape('c', shape));
  }

  /** Names {@code x} as what block {@code block} shows at {@code site}. */
  public SDVariable site(Site site, int block, SDVariable x) {
    return x.rename(site.in(block));
  }

  /**
   * Has a number looked at in each forward pass.
   *
   * @param check throws what ends the pass
   */
  public void require(String name, SDVariable number, DoubleConsumer check) {
    number.rename(name);
    requirements.put(name, check);
  }

  Map<String, DoubleConsumer> requirements() {
    return requirements;
  }

  Map<String, Feed> feeds() {
    return feeds;
  }

  private static long[] placeholderShape(Function<Call, long[]> shape) {
    Call any = Call.of(Nd4j.createUninitialized(DataType.FLOAT, 1, 1), null, 0);
    long[] unknown = new long[shape.apply(any).length];
    Arrays.fill(unknown, -1);
    return unknown;
  }

  private static long product(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product *= size;
    }
    return product;
  }
}
