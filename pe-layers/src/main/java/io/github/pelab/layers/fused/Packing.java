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
  /** Rows of a chunk at most; a sequence that is longer has a chunk of its own. */
  private static final int ROWS = 512;

  /** Rows of a chunk at least, where there are others: products of fewer cost more than they do. */
  private static final int FEW_ROWS = 256;

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
   * The chunks of a batch, dealt to lanes.
   *
   * @param seesPadding whether padding is attended to
   * @param needsPadding whether what becomes of padding is needed
   * @param most lanes at most
   */
  static List<List<Chunk>> lanes(Call call, boolean seesPadding, boolean needsPadding, int most) {
    return new Packing(call, seesPadding, needsPadding).lanes(Math.toIntExact(call.batch()), most);
  }

  private List<List<Chunk>> lanes(int batch, int most) {
    List<List<Sequence>> chunks = chunks(batch, most);
    List<List<Chunk>> lanes = new ArrayList<>();
    int count = Math.min(most, chunks.size());
    for (int lane = 0; lane < count; lane++) {
      List<Chunk> dealt = new ArrayList<>();
      for (List<Sequence> each :
          chunks.subList(lane * chunks.size() / count, (lane + 1) * chunks.size() / count)) {
        dealt.add(chunk(dealt.size(), each));
      }
      lanes.add(dealt);
    }
    return lanes;
  }

  /** The sequences of each chunk. */
  private List<List<Sequence>> chunks(int batch, int most) {
    int total = 0;
    for (int b = 0; b < batch; b++) {
      total += to(b) - from(b);
    }
    int fit = Math.max(FEW_ROWS, Math.min(ROWS, (total + most - 1) / most));
    List<List<Sequence>> chunks = new ArrayList<>();
    int rows = fit;
    for (int b = 0; b < batch; b++) {
      int from = from(b);
      int to = to(b);
      if (from == to) {
        continue;
      }
      if (rows + to - from > fit) {
        chunks.add(new ArrayList<>());
        rows = 0;
      }
      chunks
          .get(chunks.size() - 1)
          .add(
              new Sequence(
                  b,
                  rows,
                  to - from,
                  from,
                  hidden(keys, b, from, to),
                  hidden(tokens, b, from, to)));
      rows += to - from;
    }
    return chunks;
  }

  /** The first token of a sequence that is worked on. */
  private int from(int b) {
    return whole ? 0 : Math.min(first(tokens, b), first(keys, b));
  }

  /** Behind the last one; {@link #from} where there is nothing but padding. */
  private int to(int b) {
    if (whole) {
      return length;
    }
    return first(tokens, b) == length ? from(b) : Math.max(end(tokens, b), end(keys, b));
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

  private Chunk chunk(int index, List<Sequence> sequences) {
    Sequence last = sequences.get(sequences.size() - 1);
    int[] numbers = new int[last.first() + last.tokens()];
    for (Sequence each : sequences) {
      for (int i = 0; i < each.tokens(); i++) {
        numbers[each.first() + i] = each.index() * length + each.position() + i;
      }
    }
    return new Chunk(index, numbers.length, List.copyOf(sequences), numbers);
  }
}
