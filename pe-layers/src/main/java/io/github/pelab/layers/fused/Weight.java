package io.github.pelab.layers.fused;

import io.github.pelab.layers.fused.Packed.Piece;
import io.github.pelab.layers.fused.Packed.Shape;
import io.github.pelab.layers.fused.Scratch.Use;
import io.github.pelab.layers.kernel.Rows;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A matrix that rows are multiplied with, see {@link Packed}, and its gradient.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Weight<A> implements Parameter<A> {
  /** Rows that a gradient is summed over at a time: what they hold stays in a core's cache. */
  private static final int ROWS = 128;

  private final Pass<A> pass;
  private final int inputs;
  private final int outputs;
  private final List<Piece> pieces;
  private final boolean single;
  private final Packed<A> value;
  private A gradient;

  /** Of {@code pieces}; columns that none of them fills are 0. */
  Weight(Pass<A> pass, int inputs, int outputs, List<Piece> pieces) {
    this.pass = pass;
    this.inputs = inputs;
    this.outputs = outputs;
    this.pieces = List.copyOf(pieces);
    single = pieces.size() == 1 && pieces.get(0).count() == outputs;
    value = pass.values().matrix(new Shape(inputs, outputs, this.pieces));
  }

  /** A parameter alone. */
  static <A> Weight<A> of(Pass<A> pass, int inputs, int outputs, String parameter) {
    return new Weight<>(pass, inputs, outputs, List.of(Piece.of(parameter, outputs, 0)));
  }

  int outputs() {
    return outputs;
  }

  @Override
  public void clear(Map<String, A> gradients) {
    // The first chunk's gradient will overwrite what is there.
    gradient =
        single
            ? gradients.get(pieces.get(0).parameter())
            : pass.arithmetic().grown(gradient, inputs * outputs);
  }

  @Override
  public void store(Map<String, A> gradients) {
    if (single) {
      return; // it was summed up in its place
    }
    Set<String> stored = new HashSet<>();
    for (Piece each : pieces) {
      A to = gradients.get(each.parameter());
      // A parameter's columns may stand in several places of the matrix.
      boolean first = stored.add(each.parameter() + " " + each.from());
      pass.alone(
          scratch -> {
            for (int i = 0; i < inputs; i++) {
              int at = i * each.columns() + each.from();
              int from = i * outputs + each.to();
              if (first) {
                System.arraycopy(gradient, from, to, at, each.count());
              } else {
                scratch.rows().add(gradient, from, each.count(), to, at);
              }
            }
          });
    }
  }

  /** to ← from · W. */
  void forward(Chunk chunk, Matrix<A> from, Matrix<A> to) {
    product(chunk, from, inputs, value.forward(), outputs, to);
  }

  private void product(Chunk chunk, Matrix<A> from, int terms, A packed, int width, Matrix<A> to) {
    to.resize(chunk.rows());
    pass.split(
        chunk.rows(),
        ROWS,
        (long) terms * width,
        (first, rows, scratch) ->
            scratch
                .products()
                .product(from.rows(first), rows, terms, packed, width, to.rows(first)));
  }

  /** Adds fromᵀ · gradient to that of W, and sets inputGradient ← gradient · Wᵀ. */
  void backward(Chunk chunk, Matrix<A> from, Matrix<A> outputGradient, Matrix<A> inputGradient) {
    pass.split(
        outputs,
        pass.arithmetic().unit(),
        (long) inputs * chunk.rows(),
        (column, width, scratch) -> {
          for (int first = 0; first < chunk.rows(); first += ROWS) {
            int rows = Math.min(ROWS, chunk.rows() - first);
            A packed = scratch.array(Use.PART, scratch.products().packed(rows, width));
            scratch
                .products()
                .pack(new Columns<>(outputGradient, column).rows(first), rows, width, packed);
            scratch
                .products()
                .transposedProduct(
                    from.rows(first),
                    inputs,
                    rows,
                    packed,
                    width,
                    new Rows<>(gradient, column, outputs),
                    first > 0 || !chunk.first());
          }
        });
    product(chunk, outputGradient, outputs, value.backward(), inputs, inputGradient);
  }
}
