package io.github.pelab.layers.fused;

import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring heads that one task works on: so many that it reads no short pieces of rows, so few
 * that all threads find work.
 *
 * @param index from 0
 * @param first its first head
 * @param heads how many
 */
record HeadGroup(int index, int first, int heads) {
  /** Numbers of a row that a task should read in one piece. */
  private static final int WIDTH = 64;

  /** All heads of an attention, whose queries have {@code size} numbers each. */
  static List<HeadGroup> of(int heads, int size) {
    int each = Math.max(1, WIDTH / size);
    List<HeadGroup> groups = new ArrayList<>();
    for (int first = 0; first < heads; first += each) {
      groups.add(new HeadGroup(groups.size(), first, Math.min(each, heads - first)));
    }
    return groups;
  }
}
