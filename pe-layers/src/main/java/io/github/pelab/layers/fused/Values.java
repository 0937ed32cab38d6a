package io.github.pelab.layers.fused;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values of parameters as products and rows need them; lanes share them.
 *
 * @param <A> {@code float[]} or {@code double[]}
 */
final class Values<A> {
  private final Map<Packed.Shape, Packed<A>> matrices = new LinkedHashMap<>();
  private final Map<String, A> rows = new LinkedHashMap<>();

  /** A matrix that will be loaded with the others. */
  Packed<A> matrix(Packed.Shape shape) {
    return matrices.computeIfAbsent(shape, Packed::new);
  }

  /** A bias or a gain, likewise. */
  A row(Arithmetic<A> arithmetic, String parameter, int width) {
    return rows.computeIfAbsent(parameter, name -> arithmetic.array(width));
  }

  /** A pass begins. */
  void load(Workers<A> workers, Map<String, OffHeap> values) {
    rows.forEach(
        (name, row) ->
            workers
                .arithmetic()
                .read(values.get(name), 0, row, 0, (int) values.get(name).array().length()));
    List<Packed<A>> all = new ArrayList<>(matrices.values());
    long numbers = values.values().stream().mapToLong(each -> each.array().length()).sum();
    workers.each(
        all.size(),
        numbers > Workers.FEW,
        (task, scratch) -> all.get(task).load(workers.arithmetic(), scratch, values));
  }
}
