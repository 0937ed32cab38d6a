package io.github.pelab.layers.fused;

import io.github.pelab.layers.runtime.Call;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lays the sequences of a batch end to end, from each one's first token to its last: no work is
 * done on padding before or behind. Padding in the middle is worked on and hidden.
 */
final class Packing {
  /** Rows of a chunk; a sequence that is longer has a chunk of its own. */
  private static final int ROWS = 1024;

  private final int length;
  private final boolean whole;
  private final boolean[] tokens;
  private final boolean[] keys;

  private Packing(Call call, boolean seesPadding, boolean needsPadding) {
    length = Math.toIntExact(call.length());
    whole = seesPadding || needsPadding;
    tokens = visible(call.mask());
    boolean[] keyTokens = call.memory() == null ? tokens : visible(call.memoryMask());
    keys = seesPadding ? null : keyTokens;
  }

  private static boolean[] visible(INDArray mask) {
    if (mask == null) {
      return null;
    }
    double[] values = mask.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    boolean[] visible = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      visible[i] = values[i] != 0;
    }
    return visible;
  }

  /**
   * The chunks of a batch.
   *
   * @param seesPadding whether padding is attended to
   * @param needsPadding whether what becomes of padding is needed
   */
  static List<Chunk> chunks(Call call, boolean seesPadding, boolean needsPadding) {
    return new Packing(call, seesPadding, needsPadding).chunks(Math.toIntExact(call.batch()));
  }

  private List<Chunk> chunks(int batch) {
    List<Chunk> chunks = new ArrayList<>();
    List<Sequence> sequences = new ArrayList<>();
    int rows = 0;
    for (int b = 0; b < batch; b++) {
      if (!whole && first(tokens, b) == length) {
        continue; // nothing but padding
      }
      int from = whole ? 0 : Math.min(first(tokens, b), first(keys, b));
      int to = whole ? length : Math.max(end(tokens, b), end(keys, b));
      if (rows > 0 && rows + to - from > ROWS) {
        chunks.add(chunk(chunks.size(), rows, sequences));
        sequences.clear();
        rows = 0;
      }
      sequences.add(
          new Sequence(
              b, rows, to - from, from, hidden(keys, b, from, to), hidden(tokens, b, from, to)));
      rows += to - from;
    }
    if (rows > 0) {
      chunks.add(chunk(chunks.size(), rows, sequences));
    }
    return chunks;
  }

  private int first(boolean[] visible, int b) {
    int t = 0;
    while (visible != null && t < length && !visible[b * length + t]) {
      t++;
    }
    return t;
  }

  private int end(boolean[] visible, int b) {
    int t = length;
    while (visible != null && t > 0 && !visible[b * length + t - 1]) {
      t--;
    }
    return t;
  }

  private boolean[] hidden(boolean[] visible, int b, int from, int to) {
    boolean[] hidden = new boolean[to - from];
    boolean any = false;
    for (int t = from; visible != null && t < to; t++) {
      hidden[t - from] = !visible[b * length + t];
      any |= hidden[t - from];
    }
    return any ? hidden : null;
  }

  private Chunk chunk(int index, int rows, List<Sequence> sequences) {
    int[] numbers = new int[rows];
    for (Sequence each : sequences) {
      for (int i = 0; i < each.tokens(); i++) {
        numbers[each.first() + i] = each.index() * length + each.position() + i;
      }
    }
    return new Chunk(index, rows, List.copyOf(sequences), numbers);
  }
}
